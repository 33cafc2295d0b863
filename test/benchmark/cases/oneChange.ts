import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { toFigures } from '../figures.ts';
import type { TestBed } from '../testBed.ts';

const newTitle = 'Head of Everything';
const usersCompany = "The user's own note of the company";

/** One field of one contact is changed in the source; in the targets, users have changed another one. */
export const oneChange: BedCase = {
  name: 'oneChange',
  title: 'one field of one contact changed',
  async run(bed) {
    await bed.fill();
    const { targets, source, latencyMilliseconds, world } = bed;
    const changed = uniquelyNamed(bed);
    await editTargets(bed, changed.displayName);
    await world.graph.call('PATCH', `/users/${source.mailboxId}/contacts/${changed.id}`, { jobTitle: newTitle });
    const measurement = await bed.measure();
    const copies = (await bed.readTargets('jobTitle,companyName')).flat();
    const titles = copies.filter(({ jobTitle }) => jobTitle === newTitle).length;
    expectOutcome('Targets that have the new field', titles, targets.length);

    const figures = toFigures(measurement, targets, latencyMilliseconds);
    const { contactPatches, contactCreates, contactDeletes, contactReads, delta, directory } = figures.requestsByKind;
    const untouched = copies.filter(({ companyName }) => companyName === usersCompany).length;
    // Long notes of the changed contact are read whole at the source.
    const ofSource = delta + contactReads - figures.targetReads;
    const targetRoundTrips = figures.roundTrips - ofSource - directory;
    return {
      figures,
      aims: [
        {
          aim: `${targets.length} PATCH requests and no other write`,
          figure: `${contactPatches} and ${contactCreates + contactDeletes}`,
          reached: contactPatches === targets.length && contactCreates + contactDeletes === 0,
        },
        {
          aim: 'the changed field alone',
          figure: `a user's edit of another kept in ${untouched} of ${targets.length}`,
          reached: untouched === targets.length,
        },
        { aim: '0 target reads', figure: `${figures.targetReads}`, reached: figures.targetReads === 0 },
        {
          aim: `${targets.length} messages`,
          figure: `${figures.messages}`,
          reached: figures.messages === targets.length,
        },
        {
          aim: 'one round trip a mailbox',
          figure: `${targetRoundTrips} in ${targets.length} mailboxes`,
          reached: targetRoundTrips === targets.length,
        },
      ],
    };
  },
};

function uniquelyNamed({ source }: TestBed): { id: string; displayName: string } {
  const names = source.contacts.map(({ displayName }) => displayName);
  const found = source.contacts.find(({ displayName }) => names.filter(name => name === displayName).length === 1);
  if (!found) throw new Error('Every name in the source is there twice');
  return found;
}

/** What a user would do in each target: a field that the source has as well gets another value. */
async function editTargets({ targets, readTargets, world }: TestBed, displayName: string): Promise<void> {
  const copies = (await readTargets('id,displayName')).map(contacts =>
    contacts.find(contact => contact.displayName === displayName),
  );
  const requests = targets.map((mailboxId, index) => ({
    method: 'PATCH',
    url: `/users/${mailboxId}/contacts/${copies[index]?.id}`,
    body: { companyName: usersCompany },
  }));
  await world.graph.batch(requests);
}
