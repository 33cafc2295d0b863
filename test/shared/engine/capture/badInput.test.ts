import { GraphFailure, type GraphFailureKind } from '../../../../shared/ports/contactMailbox.ts';
import { DatabaseFailure } from '../../../../shared/ports/database.ts';
import { ExchangeFailure } from '../../../../shared/ports/exchangeServer.ts';
import { FileUnavailable } from '../../../../shared/ports/sourceFiles.ts';
import { failure } from '../../../memory/graphFaults.ts';
import type { SourcePlace } from '../../../memory/sourcePlaces.ts';
import { createWorld, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let partnersId: string;

const names = ['Ada', 'Bob', 'Cyd', 'Dan'];
const person = (displayName: string) => ({ displayName, address: `${displayName}@contoso.example` });

type Kind = keyof World['places'];

/** A list of that kind whose people are in a mailbox, and another list beside it. */
async function start(kind: Kind | 'contactFolder', settings: object = {}): Promise<void> {
  world = createWorld();
  const board = { ...listOf({ id: 'board', destination: { folder: 'Leaders', category: null } }) };
  const source =
    kind === 'contactFolder'
      ? { mailbox: 'partners@contoso.com', folders: ['Partners'] }
      : { ...world.places[kind].settings, ...settings };
  partnersId = world.graph.addUser('partners@contoso.com');
  const partners = listOf({ id: 'partners', source, destination: { folder: 'Partners', category: null } });
  world.setLists(partners, board);
  [target = ''] = world.addTargets(1);
  world.addContacts(1, 'Leader');
  for (const [index, name] of names.entries()) put(kind, String(index + 1), name);
  await world.sync();
  expect(world.targetNames(target, 'Partners')).toEqual(names);
}

function put(kind: Kind | 'contactFolder', key: string, name: string): void {
  if (kind === 'contactFolder') folder().add(folder().addFolder('Partners'), { displayName: name });
  else world.places[kind].put(key, person(name));
}

function folder() {
  return world.graph.mailbox(partnersId);
}

/** Everybody stays, the status says why and what to do, and the other list goes on. */
async function expectNobodyLost(standing: object): Promise<void> {
  world.addContacts(1, 'New leader');
  await world.sync();
  expect(world.targetNames(target, 'Partners')).toEqual(expect.arrayContaining(names));
  expect(world.targetNames(target, 'Leaders')).toEqual(['Leader 1', 'New leader 1']);
  const [partners, board] = await world.app.readLists();
  expect(partners).toMatchObject({ contacts: names.length, ...standing });
  expect(JSON.stringify(partners)).not.toMatch(/Ada|Bob@/);
  expect(board).toMatchObject({ state: 'ok', problems: [] });
}

function inError(code: string, advice: RegExp): object {
  return { state: 'error', problem: { code, detail: expect.stringMatching(advice) } };
}

const heldAsEmpty = { state: 'held', hold: { reason: 'SourceUnexpectedlyEmpty', removals: names.length } };

type Befall = (place: SourcePlace) => void;

const fails =
  (error: Error): Befall =>
  place =>
    place.fail(error);
const breaksOff: Befall = place => place.breakOff();
const breaksOffAtAChange: Befall = place => {
  place.breakOff();
  place.put('1', person('Anna'));
};
const empties: Befall = place => {
  for (const index of names.keys()) place.remove(String(index + 1));
};
const graphFailure = (status: number, code: string) =>
  fails(new GraphFailure(status === 403 ? 'accessDenied' : 'unavailable', { status, code }));

test.each<[Kind, string, Befall, string, RegExp]>([
  [
    'csv',
    'refused',
    fails(new FileUnavailable('AuthorizationFailure')),
    'CsvUnavailable',
    /may not read .*Storage Blob Data Owner/,
  ],
  ['csv', 'slow', fails(new FileUnavailable('TimedOut')), 'CsvUnavailable', /did not answer in time \(TimedOut\)/],
  ['csv', 'cut half-way', breaksOff, 'CsvRefused', /Line 6/],
  ['csv', 'too large', fails(new FileUnavailable('TooLarge')), 'CsvUnavailable', /divide it/],
  ['csv', 'with a row without a key', place => place.put('', person('Eve')), 'CsvRefused', /Line 6.*is empty/],
  [
    'directory',
    'refused',
    graphFailure(403, 'Authorization_RequestDenied'),
    'Authorization_RequestDenied',
    /User\.Read\.All/,
  ],
  ['directory', 'slow', graphFailure(0, 'TimedOut'), 'TimedOut', /did not answer/],
  ['directory', 'cut half-way', breaksOffAtAChange, 'ServiceUnavailable', /could not be read/],
  ['sql', 'gone', fails(new DatabaseFailure('unreachable', 'ENOTFOUND')), 'DatabaseUnreachable', /check host and port/],
  ['sql', 'refused', fails(new DatabaseFailure('signIn', '28P01')), 'DatabaseSignIn', /passwordSecret/],
  ['sql', 'slow', fails(new DatabaseFailure('slow', '57014')), 'SqlTooSlow', /raise timeLimitSeconds/],
  ['sql', 'cut half-way', breaksOff, 'DatabaseConnectionLost', /nothing was taken/],
  ['sql', 'empty', empties, 'SqlNoRows', /Check its conditions/],
  ['sql', 'with a row without a key', place => place.put('', person('Eve')), 'SqlKeyMissing', /Row 5/],
  [
    'exchangeServer',
    'gone',
    fails(new ExchangeFailure('unreachable', 'ENOTFOUND')),
    'ExchangeUnreachable',
    /name resolution/,
  ],
  [
    'exchangeServer',
    'refused',
    fails(new ExchangeFailure('signInRefused', 'HTTP 401')),
    'ExchangeSignInRefused',
    /passwordSecret/,
  ],
  [
    'exchangeServer',
    'slow',
    fails(new ExchangeFailure('unreachable', 'ETIMEDOUT')),
    'ExchangeUnreachable',
    /ETIMEDOUT/,
  ],
  ['exchangeServer', 'cut half-way', breaksOffAtAChange, 'ExchangeUnreadable', /Nothing of the answer was believed/],
])(
  'a source of the kind %s that is %s takes nobody from the targets, and the status says what to do',
  async (kind, _, befall, code, advice) => {
    await start(kind);
    befall(world.places[kind]);
    await expectNobodyLost(inError(code, advice));
  },
);

test('a database that gives more rows than the limit, too', async () => {
  await start('sql', { maxRows: names.length });
  put('sql', '9', 'Eve');
  await expectNobodyLost(inError('SqlTooManyRows', /raise maxRows/));
});

test('a file that is gone, too', async () => {
  await start('csv');
  world.files.take('people.csv');
  await expectNobodyLost(inError('CsvMissing', /no blob "people.csv".*az storage blob upload/));
});

test.each<[string, () => void, string, RegExp]>([
  ['gone', () => folder().deleteFolder(folder().addFolder('Partners')), 'SourceFolderNotFound', /check the path/],
  ['refused', () => failFolder('accessDenied'), 'ErrorAccessDenied', /could not be read/],
  ['slow', () => failFolder('unavailable'), 'ServiceUnavailable', /could not be read/],
])('a contact folder that is %s, too', async (_, befall, code, advice) => {
  await start('contactFolder');
  befall();
  await expectNobodyLost(inError(code, advice));
});

function failFolder(kind: GraphFailureKind): void {
  folder().failure = failure(kind);
}

test.each(['csv', 'directory', 'exchangeServer'] as const)(
  'a source of the kind %s that is empty is held',
  async kind => {
    await start(kind);
    empties(world.places[kind]);
    await expectNobodyLost(heldAsEmpty);
  },
);

test('a contact folder that is empty is held', async () => {
  await start('contactFolder');
  for (const { id } of folder().contactsIn(folder().addFolder('Partners'))) folder().remove(id);
  await expectNobodyLost(heldAsEmpty);
});
