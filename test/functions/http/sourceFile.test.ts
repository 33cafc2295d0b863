import { type HttpHandler, HttpRequest, InvocationContext } from '@azure/functions';
import { sourceFileRoute } from '../../../functions/http/sourceFile.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';

const partners = { kind: 'csv', blob: 'partners.csv' };
const two = 'First Name,E-mail Address\nAda,ada@contoso.example\nBob,bob@contoso.example\n';
const csv = { 'Content-Type': 'text/csv' };

let world: World;
let target: string;

function start(list = listOf({ source: partners })): void {
  world = createWorld(list);
  [target = ''] = world.addTargets(1);
}

async function put(
  body: string | Uint8Array,
  headers: Record<string, string> = csv,
  name = 'source',
  { list = 'staff', app = world.app } = {},
) {
  const request = new HttpRequest({
    method: 'PUT',
    url: `http://localhost/api/lists/${list}/sources/${name}/file`,
    params: { list, name },
    headers,
    body: { bytes: Buffer.from(body) },
  });
  const answer = await (sourceFileRoute(app).handle as HttpHandler)(request, new InvocationContext());
  if (!answer || !('status' in answer)) throw new Error('It is not answered');
  return { status: answer.status, headers: answer.headers, body: JSON.parse(String(answer.body ?? '{}')) };
}

async function stored(): Promise<string | undefined> {
  const file = await world.files.read('partners.csv', undefined);
  return file.kind === 'read' ? Buffer.from(file.bytes).toString() : undefined;
}

beforeEach(() => start());

test('a file that is sent is in the mailboxes after the run that is named', async () => {
  const { status, headers } = await put(two);
  expect(status).toBe(202);
  await world.drain();
  expect(world.targetNames(target)).toEqual(['Ada', 'Bob']);
  const run = await world.runView(
    String((headers as Record<string, string>).Location)
      .split('/')
      .pop() ?? '',
  );
  expect(run).toMatchObject({ state: 'finished', cause: 'resync', lists: ['staff'], contacts: { created: 2 } });
});

test.each([
  ['a row with another number of columns', `${two}Cleo\n`, { line: 4 }],
  ['a quotation mark that is never closed', `${two}Cleo,"cleo@contoso.example\n`, { line: 4, column: 2 }],
  ['a column twice', two.replace('E-mail Address', 'first name'), { line: 1, column: 2 }],
  ['a code page that is not the one of the settings', Buffer.from(two.replace('Ada', 'Änne'), 'latin1'), {}],
])('with %s it is refused whole, and the one before stays', async (_, file, place) => {
  world.files.put('partners.csv', two);
  const { status, headers, body } = await put(file);
  expect({ status, headers }).toEqual({ status: 422, headers: { 'Content-Type': 'application/problem+json' } });
  expect(body).toEqual({ title: 'The file is refused', status: 422, detail: expect.any(String), ...place });
  expect(body.detail).not.toMatch(/Ada|Cleo|contoso/);
  expect(await stored()).toBe(two);
  expect(world.queues.captureQueue.size).toBe(0);
});

test('it is read as the source is: with its key, its columns and its code page', async () => {
  const settings = { key: 'Nr', columns: { displayName: 'Wer' }, encoding: 'windows-1252', delimiter: ';' };
  start(listOf({ sources: [{ name: 'crm', ...partners, ...settings }] }));
  const file = Buffer.from('Nr;Wer\n1;Änne\n', 'latin1');
  expect(await put(file, csv, 'crm')).toMatchObject({ status: 202 });
  await world.drain();
  expect(world.targetNames(target)).toEqual(['Änne']);
  expect(await put('Nr;Wer\n1;Änne\n1;Bob\n', csv, 'crm')).toMatchObject({ status: 422, body: { line: 3, column: 1 } });
  expect(await put(two, csv, 'crm')).toMatchObject({ body: { detail: expect.stringMatching(/no column "Wer"/) } });
});

test.each<[string, string | Uint8Array, Record<string, string>, number, RegExp]>([
  ['an empty body', '', csv, 400, /--data-binary/],
  ['a form', two, { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, /Content-Type: text\/csv/],
  ['no type', two, {}, 415, /Content-Type: text\/csv/],
  ['a compressed body', two, { ...csv, 'Content-Encoding': 'gzip' }, 415, /nor compressed/],
  ['more than 50 MB', Buffer.alloc(50 * 1024 * 1024 + 1), csv, 413, /52428800 bytes/],
])('%s is refused before it is looked at', async (_, body, headers, status, advice) => {
  const answer = await put(body, headers);
  expect(answer).toMatchObject({ status, body: { status, detail: expect.stringMatching(advice) } });
  expect(await stored()).toBeUndefined();
});

test('a type with parameters is a type', async () => {
  expect(await put(two, { 'Content-Type': 'Text/CSV; charset=utf-8' })).toMatchObject({ status: 202 });
});

describe('of several sources', () => {
  beforeEach(() => {
    const url = 'https://files.contoso.example/a.csv';
    const staff = { kind: 'contactFolder', mailbox: 'directory@contoso.com', folders: ['Staff'] };
    start(
      listOf({
        sources: [
          { name: 'staff', ...staff },
          { name: 'crm', ...partners },
          { name: 'web', kind: 'csv', url },
        ],
      }),
    );
  });

  test('the one that is named gets the file', async () => {
    expect(await put(two, csv, 'crm')).toMatchObject({ status: 202 });
    expect(await stored()).toBe(two);
  });

  test.each(['staff', 'web'])('%s has no file that could be sent', async name => {
    const answer = await put(two, csv, name);
    expect(answer).toMatchObject({ status: 409, body: { title: 'The source has no file to replace' } });
  });

  test('an unknown one is not found, and those that are there are named', async () => {
    const answer = await put(two, csv, 'source');
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Name one of these: staff, crm, web' } });
  });
});

test('an unknown list is not found, and a paused one has to be enabled first', async () => {
  expect(await put(two, csv, 'source', { list: 'none' })).toMatchObject({ status: 404 });
  start(listOf({ source: partners, enabled: false }));
  expect(await put(two)).toMatchObject({ status: 409, body: { title: 'The list is paused' } });
});

test('a file that somebody else put there meanwhile stays', async () => {
  const others = two.replace('Bob', 'Bea');
  const { findEtag } = world.files;
  const files = {
    ...world.files,
    async findEtag(name: string) {
      const etag = await findEtag(name);
      world.files.put(name, others);
      return etag;
    },
  };
  const answer = await put(two, csv, 'source', { app: world.openApp({}, { files }) });
  expect(answer).toMatchObject({ status: 409, body: { title: 'Somebody else replaced the file meanwhile' } });
  expect(await stored()).toBe(others);
});
