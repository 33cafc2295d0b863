import { type Contact, canonicalForm } from '../../../shared/domain/contact.ts';
import { fingerprint } from '../../../shared/domain/fingerprint.ts';
import type { PhotoFinding } from '../../../shared/domain/photo.ts';
import {
  decided,
  decisionOn,
  type FolderReading,
  findDifferences,
  idsIn,
  isKept,
  type KnownContact,
  narrowedTo,
  noRemoval,
  type Removal,
  type SourceReading,
} from '../../../shared/domain/sourceChanges.ts';

const ada: Contact = { displayName: 'Ada' };
const grace: Contact = { displayName: 'Grace' };
const removed = null;

type Rows = readonly (readonly [id: string, contact: Contact | null])[];

function changesOf(folderId: string, ...rows: Rows): FolderReading {
  return { folderId, complete: false, contacts: rows.map(([id, contact]) => ({ id, contact })) };
}

function allOf(folderId: string, ...rows: Rows): FolderReading {
  return { ...changesOf(folderId, ...rows), complete: true };
}

function known(sourceKey: string, contact: Contact, folderId = 'A', flags: Partial<KnownContact> = {}): KnownContact {
  const content = { contact, fingerprint: fingerprint(contact), form: canonicalForm };
  return { sourceKey, ids: [sourceKey], folderId, ...content, removal: noRemoval, ...flags };
}

function roundOf(folders: readonly FolderReading[]): SourceReading {
  return { folders, foundEveryFolder: true, round: 7 };
}

/** Keys that changed, keys whose row is written without a change, and keys that are gone. */
function differences(folders: readonly FolderReading[], ...snapshot: KnownContact[]) {
  const found = findDifferences(roundOf(folders), new Map(snapshot.map(row => [row.sourceKey, row])));
  return {
    changed: found.seen.filter(({ changed }) => changed).map(({ sourceKey }) => sourceKey),
    noted: found.seen.filter(({ changed }) => !changed).map(({ sourceKey, folderId }) => `${sourceKey} in ${folderId}`),
    removed: found.removed,
  };
}

const nothing: ReturnType<typeof differences> = { changed: [], noted: [], removed: [] };
const bothKnown = [known('ada', ada), known('grace', grace)];

describe('changes of one folder', () => {
  test.each<[string, FolderReading, readonly KnownContact[], Partial<typeof nothing>]>([
    ['nothing new', changesOf('A'), bothKnown, {}],
    ['a new contact', changesOf('A', ['ada', ada]), [], { changed: ['ada'] }],
    ['an edit', changesOf('A', ['ada', grace]), bothKnown, { changed: ['ada'] }],
    ['a row without a real change', changesOf('A', ['ada', ada]), bothKnown, {}],
    ['a removal', changesOf('A', ['ada', removed]), bothKnown, { removed: ['ada'] }],
    ['a tombstone of an unknown id', changesOf('A', ['x', removed]), bothKnown, {}],
    ['the same contact twice: the last row counts', changesOf('A', ['ada', grace], ['ada', ada]), bothKnown, {}],
    ['an edit, then a removal', changesOf('A', ['ada', grace], ['ada', removed]), bothKnown, { removed: ['ada'] }],
    ['a removal, then the contact again', changesOf('A', ['ada', removed], ['ada', ada]), bothKnown, {}],
    ['everything, from the start', allOf('A', ['ada', ada], ['grace', grace]), bothKnown, {}],
    ['who is missing from the start', allOf('A', ['ada', ada]), bothKnown, { removed: ['grace'] }],
    ['an empty folder from the start', allOf('A'), bothKnown, { removed: ['ada', 'grace'] }],
  ])('%s', (_, reading, snapshot, expected) => {
    expect(differences([reading], ...snapshot)).toEqual({ ...nothing, ...expected });
  });
});

describe('a contact in another canonical form than an earlier version stored', () => {
  const formerly: Contact = { displayName: 'Ada', birthday: '1815-12-09' };
  const contact: Contact = { displayName: 'Ada', birthday: '1815-12-10' };
  const reading = (folderId: string, now = contact) => ({
    folderId,
    complete: true,
    contacts: [{ id: 'ada', contact: now, formerly: { ...now, birthday: '1815-12-09' } }],
  });

  const stored = known('ada', formerly, 'A', { form: undefined });

  test('is no change', () => {
    expect(differences([reading('A')], stored)).toEqual(nothing);
  });

  test('is a change where it was stored in the present form: somebody made it so', () => {
    expect(differences([reading('A')], known('ada', formerly))).toEqual({ ...nothing, changed: ['ada'] });
  });

  test('is noted in the present form where both are the same, and no change', () => {
    const read = { folderId: 'A', complete: true, contacts: [{ id: 'ada', contact: formerly }] };
    expect(differences([read], stored)).toEqual({ ...nothing, noted: ['ada in A'] });
    const [seen] = findDifferences(roundOf([read]), new Map([['ada', stored]])).seen;
    expect(seen).toMatchObject({ form: canonicalForm, changed: false });
  });

  test('is kept as it was stored where it moved', () => {
    const { seen } = findDifferences(roundOf([reading('B')]), new Map([['ada', stored]]));
    const content = { contact: formerly, fingerprint: fingerprint(formerly), changed: false };
    expect(seen).toMatchObject([{ sourceKey: 'ada', folderId: 'B', ...content }]);
  });

  test('is a change to the new form where anything else differs', () => {
    const edited = { ...contact, jobTitle: 'Countess' };
    const { seen } = findDifferences(roundOf([reading('A', edited)]), new Map([['ada', stored]]));
    expect(seen).toMatchObject([{ contact: edited, changed: true }]);
  });

  test('is read in the present form where it is new', () => {
    const { seen } = findDifferences(roundOf([reading('A')]), new Map());
    expect(seen).toMatchObject([{ contact, isNew: true, changed: true }]);
  });

  test('is a change where the source changed just that', () => {
    const mended = { folderId: 'A', complete: true, contacts: [{ id: 'ada', contact }] };
    expect(differences([mended], stored)).toEqual({ ...nothing, changed: ['ada'] });
  });
});

describe('a contact that moves between two folders', () => {
  const gone = changesOf('A', ['ada', removed]);
  const arrived = changesOf('B', ['ada', ada]);
  const inB = { ...nothing, noted: ['ada in B'] };

  test.each([
    ['removed first', [gone, arrived]],
    ['new first', [arrived, gone]],
  ])('is not removed within one round: %s', (_, readings) => {
    expect(differences(readings, known('ada', ada))).toEqual(inB);
  });

  test('is not removed when the tombstone comes a round later', () => {
    expect(differences([changesOf('A'), arrived], known('ada', ada))).toEqual(inB);
    expect(differences([gone, changesOf('B')], known('ada', ada, 'B'))).toEqual(nothing);
  });

  test('is removed by a tombstone of the folder where it is', () => {
    const left = changesOf('B', ['ada', removed]);
    expect(differences([changesOf('A'), left], known('ada', ada, 'B')).removed).toEqual(['ada']);
  });

  test('is not missed by folders that are read from the start', () => {
    expect(differences([allOf('A'), allOf('B', ['ada', ada])], known('ada', ada))).toEqual(inB);
    expect(differences([allOf('A'), changesOf('B')], known('ada', ada, 'B'))).toEqual(nothing);
  });
});

describe('removals that wait for a decision', () => {
  const pending = known('ada', ada, 'A', { removal: { kind: 'gone', decision: 'held' } });
  const kept = known('ada', ada, 'A', { removal: { kind: 'gone', decision: 'rejected' } });

  test('are named again each time', () => {
    expect(differences([changesOf('A')], pending).removed).toEqual(['ada']);
  });

  test('end when the contact is seen again, even unchanged', () => {
    expect(differences([changesOf('A', ['ada', ada])], pending)).toEqual({ ...nothing, noted: ['ada in A'] });
  });

  test('are not inferred again once they were rejected', () => {
    expect(differences([allOf('A')], kept)).toEqual(nothing);
    expect(differences([changesOf('A', ['ada', removed])], kept)).toEqual(nothing);
  });

  test('can be inferred again once the source has had the contact again', () => {
    expect(differences([changesOf('A', ['ada', ada])], kept)).toEqual({ ...nothing, noted: ['ada in A'] });
  });
});

test('while a folder is missing, nobody is gone with a folder that was not read', () => {
  const snapshot = new Map([['ada', known('ada', ada)]]);
  const { removed: gone } = findDifferences({ ...roundOf([allOf('B')]), foundEveryFolder: false }, snapshot);
  expect(gone).toEqual([]);
});

describe('a folder that the list does not read any more', () => {
  test('takes its contacts with it', () => {
    expect(differences([allOf('B')], known('ada', ada)).removed).toEqual(['ada']);
  });

  test('takes them also when another folder only tells its changes: it was made again under a new id', () => {
    expect(differences([allOf('A again'), changesOf('B')], known('ada', ada)).removed).toEqual(['ada']);
  });
});

test('idsIn names each id once, tombstones too', () => {
  const readings = [changesOf('A', ['ada', ada], ['grace', removed]), changesOf('B', ['ada', removed])];
  expect(idsIn(readings)).toEqual(['ada', 'grace']);
});

describe('a photo', () => {
  const reading = (photo: PhotoFinding | undefined, complete = false) => ({
    folderId: 'A',
    complete,
    contacts: [{ id: 'ada', contact: ada, photo }],
  });
  const stored = known('ada', ada, 'A', { photo: { hash: '1', etag: 'e' } });

  test.each<[string, PhotoFinding | undefined, Partial<typeof nothing>]>([
    ['that is another is a change', { kind: 'found', photo: { hash: '2' } }, { changed: ['ada'] }],
    ['that is the same is none', { kind: 'same' }, {}],
    ['in another state is noted', { kind: 'found', photo: { hash: '1', etag: 'f' } }, { noted: ['ada in A'] }],
    ['that could not be read is noted', { kind: 'unread' }, { noted: ['ada in A'] }],
    ['that the list does not read any more is noted', undefined, { noted: ['ada in A'] }],
  ])('%s', (_, photo, expected) => {
    expect(differences([reading(photo)], stored)).toEqual({ ...nothing, ...expected });
  });

  test('is a change also where the contact is stored in a former form', () => {
    const former: Contact = { displayName: 'Ada', birthday: '1815-12-09' };
    const row = { id: 'ada', contact: { ...former, birthday: '1815-12-10' }, formerly: former };
    const changedTo = (photo: PhotoFinding) =>
      differences(
        [{ folderId: 'A', complete: false, contacts: [{ ...row, photo }] }],
        known('ada', former, 'A', { form: undefined, photo: { hash: '1' } }),
      );
    expect(changedTo({ kind: 'found', photo: { hash: '2' } })).toEqual({ ...nothing, changed: ['ada'] });
    expect(changedTo({ kind: 'same' })).toEqual(nothing);
  });
});

describe('a contact that was imported anew', () => {
  const imported = known('first', ada, 'A', { ids: ['second'] });
  const keys = (...folders: FolderReading[]) =>
    findDifferences(roundOf(folders), new Map([['first', imported]])).seen.map(({ sourceKey, ids, isNew }) => [
      sourceKey,
      ids,
      isNew,
    ]);

  test('is known by the id that it has now', () => {
    expect(keys(changesOf('A', ['second', grace]))).toEqual([['first', ['second'], false]]);
    expect(differences([changesOf('A', ['second', removed])], imported).removed).toEqual(['first']);
    expect(differences([changesOf('A', ['first', removed])], imported).removed).toEqual([]);
  });

  test('is there as long as one of its ids is', () => {
    const double = known('first', ada, 'A', { ids: ['second', 'third'] });
    expect(differences([changesOf('A', ['second', removed])], double).removed).toEqual([]);
    expect(differences([changesOf('A', ['second', removed], ['third', removed])], double).removed).toEqual(['first']);
  });

  test('keeps its key beside one that comes under its first id', () => {
    expect(keys(changesOf('A', ['first', grace]))).toEqual([['first@7', ['first'], true]]);
  });

  test('is not meant by an id that is another’s key', () => {
    const other = known('second', grace);
    for (const rows of [
      [imported, other],
      [other, imported],
    ]) {
      const snapshot = new Map(rows.map(row => [row.sourceKey, row]));
      const { seen } = findDifferences(roundOf([changesOf('A', ['second', ada])]), snapshot);
      expect(seen.map(({ sourceKey }) => sourceKey)).toEqual(['second']);
    }
  });
});

test('a contact whose narrowing waits is not taken for one whose removal does', () => {
  const narrowed = known('ada', ada, 'A', { removal: { kind: 'narrowed', decision: 'held', contact: grace } });
  expect(differences([changesOf('A')], narrowed).removed).toEqual([]);
});

const held: readonly Removal[] = [
  { kind: 'gone', decision: 'held' },
  { kind: 'narrowed', decision: 'held', contact: grace },
];

describe('the decision on a removal', () => {
  test('is told, and none of a contact without one, or that the snapshot does not have', () => {
    expect(held.map(removal => decisionOn({ removal }))).toEqual(['held', 'held']);
    expect(decisionOn({ removal: noRemoval })).toBe('none');
    expect(decisionOn(undefined)).toBe('none');
  });

  test('becomes another, of the same removal', () => {
    expect(held.map(removal => decided({ removal }, 'rejected').removal)).toEqual([
      { kind: 'gone', decision: 'rejected' },
      { kind: 'narrowed', decision: 'rejected', contact: grace },
    ]);
    expect(decided({ removal: noRemoval, sourceKey: 'ada' }, 'held')).toEqual({
      removal: noRemoval,
      sourceKey: 'ada',
    });
  });

  test('keeps a contact that the source has no more once it is rejected', () => {
    expect(held.map(removal => isKept({ removal }))).toEqual([false, false]);
    expect(held.map(removal => isKept(decided({ removal }, 'rejected')))).toEqual([true, false]);
  });
});

test('a contact that rules narrow is known as the source has it', () => {
  expect([...held, noRemoval].map(removal => narrowedTo({ removal }))).toEqual([undefined, grace, undefined]);
});
