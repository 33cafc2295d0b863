import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { toFigures } from '../figures.ts';
import type { BedSize, TestBed } from '../testBed.ts';

const bed: BedSize = { mailboxes: 4, hosts: 1, contacts: 500 };
/** Of a portrait of 240 by 240 pixels. */
const photoBytes = 10_000;

/** A list begins to bring photos to mailboxes that have its contacts already. */
export const photos: BedCase = {
  name: 'photos',
  title: '500 contacts get photos in each of 4 mailboxes that have them',
  bed,
  family: 'photos',
  async run(bed) {
    await bed.fill();
    await showPhotos(bed);
    const [list] = JSON.parse(bed.world.settings().CONTACT_LISTS ?? '[]');
    await bed.replaceHost({ CONTACT_LISTS: JSON.stringify([{ ...list, photos: true }]) });
    const { targets, source, latencyMilliseconds } = bed;
    const figures = toFigures(await bed.measure(), targets, latencyMilliseconds);
    const { contactPhotos, contactCreates, contactPatches } = figures.requestsByKind;
    const wanted = targets.length * source.contacts.length;
    expectOutcome('Photos that were written', contactPhotos, wanted);
    const after = toFigures(await bed.measure(), targets, latencyMilliseconds);
    const writesAfter = after.requestsByKind.contactPhotos;
    return {
      figures,
      aims: [
        {
          aim: `one request a photo in a mailbox, ${wanted}, and no contact written`,
          figure: `${contactPhotos} and ${contactCreates + contactPatches}`,
          reached: contactPhotos === wanted && contactCreates + contactPatches === 0,
        },
        { aim: 'none in the next run', figure: `${writesAfter}`, reached: writesAfter === 0 },
      ],
    };
  },
};

/** Each another one, or they would be kept once and read once. */
async function showPhotos({ world, source: { mailboxId, contacts } }: TestBed): Promise<void> {
  const requests = contacts.map(({ id }, index) => {
    const photo = Buffer.alloc(photoBytes);
    photo.set([0xff, 0xd8, 0xff, index >> 8, index & 0xff]);
    const url = `/users/${mailboxId}/contacts/${id}/photo/$value`;
    return { method: 'PUT', url, body: photo.toString('base64'), headers: { 'Content-Type': 'image/jpeg' } };
  });
  await world.graph.batch(requests);
}
