import type { GraphDriver } from '../world/graphDriver.ts';
import { compareAll } from './compare.ts';
import { newFigures } from './figures.ts';
import { createSourceModel, type Json } from './sourceModel.ts';
import { createUserModel, inMailbox, type UserModel } from './userModel.ts';

const stampId = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncKey';
const first = { displayName: 'Ada', jobTitle: 'Clerk', categories: ['Congress'] };

/** Ada became Chief at 100. */
function sourceWithAda() {
  const source = createSourceModel();
  source.add({ id: 'ada', key: 'A', fields: { displayName: 'Ada', jobTitle: 'Clerk' }, folderId: 'f' }, 0);
  source.change('ada', { displayName: 'Ada', jobTitle: 'Chief' }, 100);
  return source;
}

function copy(id: string, fields: Json, sourceKey = 'ada'): Json {
  return { id, ...fields, singleValueExtendedProperties: [{ id: stampId, value: `congress:${sourceKey}` }] };
}

const good = copy('1', { ...first, jobTitle: 'Chief' });

/** The codes that a mailbox with these rows gives. */
async function codesOf(
  rows: readonly Json[],
  users: UserModel = createUserModel(),
  moved: readonly Json[] = [],
  source = sourceWithAda().contacts,
) {
  const graph = {
    findFolder: async (_user: string, name: string) => name,
    readContacts: async (_user: string, folder: string) => (folder === 'Private' ? moved : rows),
  } as unknown as GraphDriver;
  const figures = newFigures();
  await compareAll(graph, ['m'], source, users, figures);
  return figures.violations.map(({ code }) => code);
}

function edited(field: string, value: string, at: number): UserModel {
  const users = createUserModel();
  users.edits.set(inMailbox('m', '1'), new Map([[field, { value, at }]]));
  return users;
}

function deleted(at: number): UserModel {
  const users = createUserModel();
  users.removals.set(inMailbox('m', 'ada'), at);
  return users;
}

describe('a contact that was removed and came again under another id', () => {
  function sourceByKeys(...keys: readonly (readonly [string, string])[]) {
    const source = sourceWithAda();
    source.remove('ada');
    source.add({ id: 'ada2', key: 'A', fields: { displayName: 'Ada', jobTitle: 'Chief' }, folderId: 'f' }, 300);
    return source.byKeys(new Map(keys));
  }

  test('has the key of before where it was recognised, and what users did since then counts', async () => {
    const source = sourceByKeys(['ada2', 'ada']);
    expect(await codesOf([good], createUserModel(), [], source)).toEqual([]);
    expect(await codesOf([], deleted(200), [], source)).toEqual([]);
  });

  test('has its own where it was not, or where the source never had that key', async () => {
    for (const source of [sourceByKeys(), sourceByKeys(['ada2', 'made up'])]) {
      expect(await codesOf([copy('2', good, 'ada2')], createUserModel(), [], source)).toEqual([]);
      expect(await codesOf([good], createUserModel(), [], source)).toEqual(['LEFTOVER', 'LOST']);
    }
  });
});

test('a mailbox that mirrors the source is as it should be', async () => {
  expect(await codesOf([good])).toEqual([]);
});

test.each([
  ['a contact is not there', [], ['LOST']],
  ['a contact is there twice', [good, { ...good, id: '2' }], ['DOUBLED']],
  ['a field has its old value', [copy('1', first)], ['STALE']],
  ['a field is not the source’s', [copy('1', { ...first, jobTitle: 'Chief', nickName: 'A' })], ['STALE']],
  ['a contact is gone from the source', [good, copy('2', first, 'ben')], ['LEFTOVER']],
  ['a contact has no stamp and is nobody’s', [good, { id: '2', ...first }], ['UNSTAMPED']],
])('a violation: %s', async (_what, rows, codes) => {
  expect(await codesOf(rows)).toEqual(codes);
});

test('what a user wrote into a field stays unless the source changed that field afterwards', async () => {
  const rows = [copy('1', { ...first, jobTitle: 'Boss' })];
  expect(await codesOf(rows, edited('jobTitle', 'Boss', 200))).toEqual([]);
  expect(await codesOf(rows, edited('jobTitle', 'Boss', 50))).toEqual(['STALE']);
  expect(await codesOf(rows, edited('jobTitle', 'Queen', 200))).toEqual(['STALE']);
  expect(await codesOf([good], edited('jobTitle', 'Boss', 200))).toEqual([]);
});

test('a field that the list does not write is the user’s', async () => {
  const rows = [{ ...good, personalNotes: 'mine' }];
  expect(await codesOf(rows, edited('personalNotes', 'mine', 50))).toEqual([]);
  expect(await codesOf([good], edited('personalNotes', 'mine', 50))).toEqual(['USERFIELD']);
});

test('what a user deleted stays away unless the source changed it afterwards', async () => {
  expect(await codesOf([], deleted(200))).toEqual([]);
  expect(await codesOf([], deleted(50))).toEqual(['LOST']);
});

test('a contact lies in another folder only where the user put it', async () => {
  const users = createUserModel();
  users.moved.add(inMailbox('m', '1'));
  expect(await codesOf([], users, [good])).toEqual([]);
  expect(await codesOf([], createUserModel(), [good])).toEqual(['FOLDER']);
});

test('a contact of the user’s own is there, unchanged', async () => {
  const own = { id: '9', displayName: 'Friend', '@odata.etag': 'a' };
  const users = () => {
    const model = createUserModel();
    model.own.set(inMailbox('m', '9'), 'a');
    return model;
  };
  expect(await codesOf([good, own], users())).toEqual([]);
  expect(await codesOf([good, { ...own, '@odata.etag': 'b' }], users())).toEqual(['OWN']);
  expect(await codesOf([good], users())).toEqual(['OWN']);
});
