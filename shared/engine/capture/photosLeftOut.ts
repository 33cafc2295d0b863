import { countOf } from '../../domain/countOf.ts';
import type { PhotoFault } from '../../domain/photo.ts';
import type { SeenContact } from '../../domain/sourceChanges.ts';
import type { SourceProblem } from '../../ports/contactSource.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { Comparison } from './privateContacts.ts';

type Counts = NonNullable<SourceCheckpoint['photosLeftOut']>;

const faults = ['notJpeg', 'tooLarge'] as const;
const none: Counts = { notJpeg: 0, tooLarge: 0 };

/** How many photos are left out after the round. */
export function countLeftOut(
  { known, whole, differences: { seen } }: Comparison,
  before: Counts = none,
  removed: readonly string[],
): Counts {
  const nowGone = [...seen.map(({ sourceKey }) => sourceKey), ...removed].flatMap(key => known.get(key) ?? []);
  const count = (fault: PhotoFault) => {
    const start = whole ? countIn([...known.values()], fault) : before[fault];
    return Math.max(0, start + countIn(seen, fault) - countIn(nowGone, fault));
  };
  return { notJpeg: count('notJpeg'), tooLarge: count('tooLarge') };
}

function countIn(contacts: readonly Pick<SeenContact, 'photo' | 'parts'>[], fault: PhotoFault): number {
  const photos = contacts.flatMap(({ photo, parts }) => parts?.map(part => part.photo) ?? [photo]);
  return photos.filter(photo => photo?.leftOut === fault).length;
}

const reasons = {
  notJpeg: 'not JPEG, the one format that Graph takes',
  tooLarge: 'larger than 100 KB',
} as const;

/** What an admin may want to know of a list's photos. */
export function describePhotos(leftOut: Counts, unread: number): SourceProblem[] {
  const refused = faults.flatMap(fault =>
    leftOut[fault] === 0
      ? []
      : [{ code: 'PhotosLeftOut', detail: `${countOf(leftOut[fault], 'photo')} left out: ${reasons[fault]}` }],
  );
  if (unread === 0) return refused;
  const detail = `${countOf(unread, 'photo')} not read yet; the next run asks for them again`;
  return [...refused, { code: 'PhotosUnread', detail }];
}
