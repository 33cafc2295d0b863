import { join } from 'node:path';
import { ownHeader } from '../../functions/http/ownHeader.ts';
import { applySettings } from '../local/functions-host/appSettings.ts';
import { loadApp } from '../local/functions-host/loadApp.ts';
import { toTriggeredFunction } from '../local/functions-host/triggers.ts';
import { signInSettings } from '../local/sample-tenant/samplePeople.ts';
import { addContact } from '../world/contactRows.ts';
import { type Host, startWorld, type World } from '../world/world.ts';
import { findOpenApiFaults, type Operation, readOpenApi } from './openApiDocument.ts';

const source = { mailbox: 'directory@contoso.example', folders: ['Staff'] };
const targets = { groups: ['everyone@contoso.example'] };
const lists = [
  {
    id: 'staff',
    source,
    targets,
    destination: { folder: 'Staff list' },
    safeguards: { maxRemovalShare: 0.1, maxRemovals: 0 },
  },
  { id: 'quiet', enabled: false, source, targets, destination: { folder: 'Quiet' } },
  { id: 'partners', source: { kind: 'csv', blob: 'partners.csv' }, targets, destination: { folder: 'Partners' } },
  { id: 'broken', source, targets, destination: { folder: 'Broken' }, unknown: true },
];
const press = { id: 'press', source: { kind: 'csv', blob: 'press.csv' }, targets, destination: { folder: 'Press' } };
const tried = { ...press, id: 'tried', destination: { folder: 'Tried' } };
const isNew = { 'if-none-match': '*' };
/** Graph's webhooks are described by Graph, and a page is for a browser. */
const notOfTheApi = ['changeNotifications', 'lifecycle', 'consolePage', 'consoleScript'];

const employee = {
  name: 'Ada',
  address: 'ada@contoso.example',
  objectId: '7a1e6c6e-40b4-4a86-93a5-8b0f4a2f5d20',
  roles: [],
};

interface Example {
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
}

let world: World;
let host: Host;
let document: object;
let ada: string;
let runId: string;
/** Of a list that has no mailboxes. */
let emptyProof: string;
let openApi: ReturnType<typeof readOpenApi>;

beforeAll(async () => {
  world = await startWorld({
    lists,
    settings: { ...signInSettings([employee]), LOCAL_SECRETS: JSON.stringify({ 'address-index': 'of a test' }) },
  });
  const { graph } = world;
  const directory = await graph.addUser('directory');
  ada = await graph.addUser('ada');
  await graph.addGroup('everyone', [ada, await graph.addUser('bob')]);
  const folder = await graph.addFolder(directory, 'Staff');
  const contacts = [];
  for (const displayName of ['Ann', 'Ben', 'Cid'])
    contacts.push(await addContact(graph, directory, folder, { displayName }));
  host = await world.startHost();
  await host.resync();
  await graph.call('DELETE', `/users/${directory}/contacts/${contacts[0]}`);
  await graph.call('DELETE', `/users/${directory}/contacts/${contacts[1]}`);
  runId = (await host.resync()).id;
  const proof = await host.call('POST', '/api/lists/quiet/proof', { contact: 'nobody@contoso.example', verify: true });
  emptyProof = ((await proof.json()) as { runId: string }).runId;
  const answer = await host.call('GET', '/api/openapi.json');
  document = (await answer.json()) as object;
  openApi = readOpenApi(document);
});

afterAll(() => world?.stop());

/** Requests of each operation with the status that each gets. */
function examplesOf(): Record<string, readonly Example[]> {
  const list = '/api/lists/staff';
  const csvList = '/api/lists/partners/sources/source';
  const body = { mailbox: 'ada@contoso.example' };
  return {
    resync: [
      { path: '/api/resync', body, status: 202 },
      { path: '/api/resync', body: { mode: 'quick' }, status: 400 },
    ],
    resyncList: [
      { path: `${list}/resync`, body: { mailbox: ada, mode: 'full' }, status: 202 },
      { path: '/api/lists/none/resync', body: {}, status: 404 },
      { path: '/api/lists/quiet/resync', body: {}, status: 409 },
    ],
    listRuns: [{ path: '/api/runs', status: 200 }],
    getRun: [
      { path: `/api/runs/${runId}`, status: 200 },
      { path: '/api/runs/none', status: 404 },
    ],
    listLists: [{ path: '/api/lists', status: 200 }],
    getList: [
      { path: list, status: 200 },
      { path: '/api/lists/quiet', status: 200 },
      { path: '/api/lists/broken', status: 200 },
      { path: '/api/lists/none', status: 404 },
    ],
    getDays: [
      { path: '/api/days', status: 200 },
      { path: '/api/days?days=0', status: 400 },
    ],
    getListDays: [
      { path: `${list}/days?days=400`, status: 200 },
      { path: '/api/lists/none/days', status: 404 },
    ],
    listHeldMailboxes: [{ path: `${list}/hold/mailboxes`, status: 409 }],
    listMailboxes: [
      { path: `${list}/mailboxes?limit=1`, status: 200 },
      { path: `${list}/mailboxes?state=nowhere`, status: 400 },
    ],
    findMailbox: [
      { path: '/api/mailboxes/find', body: { address: 'ada@contoso.example' }, status: 200 },
      { path: '/api/mailboxes/find', body: { address: 'directory@contoso.example' }, status: 200 },
      { path: '/api/mailboxes/find', body: { address: 'nobody@contoso.example' }, status: 404 },
    ],
    getMailbox: [
      { path: `/api/mailboxes/${ada}`, status: 200 },
      { path: '/api/mailboxes/00000000-0000-0000-0000-000000000000', status: 404 },
    ],
    getContactFolders: [
      { path: `/api/mailboxes/${ada}/folders`, status: 200 },
      { path: '/api/mailboxes/00000000-0000-0000-0000-000000000000/folders', status: 404 },
    ],
    getSourceFolders: [
      { path: `${list}/folders`, status: 200 },
      { path: '/api/lists/partners/folders', status: 409 },
      { path: `${list}/folders?source=none`, status: 404 },
    ],
    keepFile: [
      { path: '/api/files', body: 'First Name\nAda\n', type: 'text/csv', status: 201 },
      { path: '/api/files', body: {}, status: 415 },
    ],
    getOpenSources: [{ path: '/api/sources', status: 200 }],
    searchDirectory: [
      { path: '/api/directory/search', body: { text: 'ada' }, status: 200 },
      { path: '/api/directory/search', body: {}, status: 400 },
    ],
    putSourceFile: [
      { path: `${csvList}/file`, body: 'First Name\nAda\n', type: 'text/csv', status: 202 },
      { path: `${csvList}/file`, body: 'First Name\nAda,"\n', type: 'text/csv', status: 422 },
      { path: `${csvList}/file`, body: {}, status: 415 },
      { path: `${list}/sources/source/file`, body: 'First Name\nAda\n', type: 'text/csv', status: 409 },
      { path: `${list}/sources/none/file`, body: 'First Name\nAda\n', type: 'text/csv', status: 404 },
    ],
    getDefinition: [
      { path: `${list}/definition`, status: 200 },
      { path: '/api/lists/none/definition', status: 404 },
    ],
    listDefinitionVersions: [{ path: `${list}/definition/versions`, status: 200 }],
    putDefinition: [
      { path: '/api/lists/press/definition', body: { definition: press }, headers: isNew, status: 200 },
      { path: '/api/lists/press/definition', body: { definition: press }, headers: isNew, status: 412 },
      { path: '/api/lists/press/definition', body: { definition: press }, status: 428 },
      { path: '/api/lists/other/definition', body: { definition: press }, headers: isNew, status: 422 },
      { path: `${list}/definition`, body: { definition: lists[0] }, headers: isNew, status: 409 },
    ],
    deleteDefinition: [
      { path: '/api/lists/press/definition', body: {}, headers: { 'if-match': '"1"' }, status: 200 },
      { path: '/api/lists/press/definition', body: {}, headers: { 'if-match': '"2"' }, status: 404 },
      { path: '/api/lists/press/definition', body: {}, status: 428 },
      { path: `${list}/definition`, body: {}, headers: isNew, status: 409 },
    ],
    tryList: [
      { path: '/api/lists/try', body: { definition: tried, ...body }, status: 200 },
      { path: '/api/lists/try', body: { definition: tried, show: 'contacts' }, status: 200 },
      { path: '/api/lists/try', body: { definition: tried, show: 'connection' }, status: 200 },
      { path: '/api/lists/try', body: { definition: tried, show: 'columns' }, status: 503 },
      { path: '/api/lists/try', body: { definition: tried, show: 'folders' }, status: 409 },
      { path: '/api/lists/try', body: { definition: { ...tried, targets: {} }, ...body }, status: 422 },
    ],
    preview: [
      { path: `${list}/preview`, body, status: 200 },
      { path: `${list}/preview`, body: {}, status: 200 },
    ],
    searchContacts: [
      { path: `${list}/contacts/search`, body: { text: 'a' }, status: 200 },
      { path: `${list}/contacts/search`, body: {}, status: 200 },
      { path: `${list}/contacts/search`, body: { continuation: 'bm9uZQ' }, status: 400 },
      { path: '/api/lists/none/contacts/search', body: {}, status: 404 },
    ],
    explain: [{ path: `${list}/explain`, body: { ...body, contact: 'nobody@contoso.example' }, status: 200 }],
    proveRemoval: [
      { path: `${list}/proof`, body: { contact: 'NOBODYKNOWN' }, status: 404 },
      { path: `${list}/proof`, body: { contact: 'nobody@contoso.example', verify: true }, status: 202 },
      { path: `${list}/proof`, body: {}, status: 400 },
      { path: '/api/lists/none/proof', body: { contact: 'nobody' }, status: 404 },
    ],
    getRunResult: [
      { path: `/api/runs/${emptyProof}/result`, status: 200 },
      { path: `/api/runs/${runId}/result`, status: 404 },
    ],
    forgetPerson: [
      { path: `${list}/forget`, body: { contact: 'nobody@contoso.example' }, status: 404 },
      { path: `${list}/forget`, body: {}, status: 400 },
    ],
    testConnection: [{ path: `${list}/connection-test`, status: 200 }],
    decideHold: [
      { path: `${list}/hold`, body: { decision: 'approve', removals: 7 }, status: 409 },
      { path: `${list}/hold`, body: { decision: 'reject', removals: 2 }, status: 202 },
    ],
    haltList: [
      { path: `${list}/halt`, status: 200 },
      { path: '/api/lists/none/halt', status: 404 },
    ],
    rollBackList: [
      { path: `${list}/rollback`, body: { position: 0, preview: true }, status: 200 },
      { path: `${list}/rollback`, body: { position: 0 }, status: 202 },
      { path: `${list}/rollback`, body: {}, status: 400 },
      { path: `${list}/rollback`, body: { run: 'none' }, status: 404 },
      { path: `${list}/rollback`, body: { position: 1_000_000 }, status: 409 },
    ],
    unpinList: [
      { path: `${list}/unpin`, body: { preview: true }, status: 200 },
      { path: `${list}/unpin`, status: 202 },
      { path: `${list}/unpin`, status: 409 },
    ],
    releaseList: [
      { path: `${list}/release`, status: 202 },
      { path: `${list}/release`, status: 409 },
    ],
    testNotices: [{ path: '/api/notices/test', status: 409 }],
    halt: [{ path: '/api/halt', status: 200 }],
    release: [
      { path: '/api/release', status: 202 },
      { path: '/api/release', status: 409 },
    ],
    listDecisions: [
      { path: '/api/audit?list=staff', status: 200 },
      { path: '/api/audit?continuation=bm9uZQ', status: 400 },
    ],
    clearMailbox: [{ path: `${list}/mailboxes/${ada}/clear`, status: 202 }],
    session: [{ path: '/api/console/api/session', status: 200 }],
    getOwnLists: [{ path: '/api/console/api/me', status: 200 }],
    chooseList: [{ path: '/api/console/api/me/choices', body: { list: 'staff', choice: 'off' }, status: 404 }],
    clearOwnList: [{ path: '/api/console/api/me/clear', body: { list: 'staff' }, status: 404 }],
    health: [{ path: '/api/health', status: 200 }],
    openApi: [{ path: '/api/openapi.json', status: 200 }],
  };
}

test('the document is one of OpenAPI 3.1', async () => {
  expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./) });
  expect(await findOpenApiFaults(document)).toEqual([]);
  expect(await findOpenApiFaults({ ...document, paths: { '/x': { get: { responses: 7 } } } })).not.toEqual([]);
});

test('it describes every HTTP function of the API, where it is and who may call it', async () => {
  const settings = { ...world.settings(), CONTACT_LISTS: '[]' };
  const restore = applySettings(settings);
  const app = await loadApp(join(import.meta.dirname, '../../dist'), () => {});
  try {
    const registered = app
      .functions()
      .map(metadata => toTriggeredFunction(metadata, settings))
      .flatMap(({ name, trigger }) => ('route' in trigger ? [{ ...trigger, name }] : []))
      .filter(({ name }) => !notOfTheApi.includes(name))
      .map(({ name, methods, route, authLevel }) => {
        return `${name}: ${methods[0]} /${route}${authLevel === 'anonymous' ? ' (everybody)' : ''}`;
      });
    const described = openApi.operations.flatMap(({ operationId, method, path, servers, security }) => {
      const ofConsole = `console${operationId.slice(0, 1).toUpperCase()}${operationId.slice(1)}`;
      return [
        ...(servers ? [] : [`${operationId}: ${method} ${path}${security?.length === 0 ? ' (everybody)' : ''}`]),
        // Whoever is not signed in gets as far as the app, which refuses him.
        ...(security?.length === 0 ? [] : [`${ofConsole}: ${method} /console/api${path} (everybody)`]),
      ];
    });
    expect(described.sort()).toEqual(registered.sort());
  } finally {
    await app.terminate();
    restore();
  }
});

test('what every route answers fits what the document says', async () => {
  const examples = examplesOf();
  const faults: string[] = [];
  for (const operation of openApi.operations) {
    const requests = examples[operation.operationId];
    if (!requests) faults.push(`${operation.operationId} has no example here`);
    for (const example of requests ?? []) faults.push(...(await tryExample(operation, example)));
  }
  expect(faults).toEqual([]);
});

/** As whoever may: somebody who is signed in, or a function key. */
function ask(
  { servers, method }: Operation,
  { path, body, type, headers }: Omit<Example, 'status'>,
): Promise<Response> {
  if (!servers) return host.call(method, path, body, type, headers);
  const signedIn = { cookie: `AppServiceAuthSession=${employee.objectId}`, [ownHeader.name]: ownHeader.value };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`${host.url}${path}`, {
    method,
    headers: { ...signedIn, 'content-type': 'application/json' },
    ...content,
  });
}

async function tryExample(operation: Operation, example: Example): Promise<string[]> {
  const { path, status } = example;
  const answer = await ask(operation, example);
  const text = await answer.text();
  const found = openApi.findFaults(operation, answer, JSON.parse(text));
  const faults = answer.status === status ? found : [...found, `answered ${answer.status}, not ${status}: ${text}`];
  return faults.map(fault => `${operation.method} ${path}: ${fault}`);
}

test('a body is marked as required exactly where a request without one is refused', async () => {
  const examples = examplesOf();
  const marked: Record<string, boolean> = {};
  const refused: Record<string, boolean> = {};
  for (const operation of openApi.operations) {
    const { operationId, requestBody } = operation;
    if (!requestBody) continue;
    const answer = await ask(operation, { path: examples[operationId]?.[0]?.path ?? '' });
    marked[operationId] = requestBody.required;
    refused[operationId] = answer.status === 400;
  }
  expect(marked).toEqual(refused);
  expect(marked).toMatchObject({ decideHold: true, resync: false });
});

test('an answer that does not fit is found', async () => {
  const operation = openApi.operations.find(({ operationId }) => operationId === 'getList');
  const answer = await host.call('GET', '/api/lists/staff');
  const list = (await answer.json()) as Record<string, unknown>;
  expect(operation && openApi.findFaults(operation, answer, list)).toEqual([]);
  for (const wrong of [
    { ...list, head: 'x' },
    { ...list, mailboxes: {} },
    { ...list, extra: 1 },
  ]) {
    expect(operation && openApi.findFaults(operation, answer, wrong)).not.toEqual([]);
  }
});
