import type { ContactWrite } from '../../../../shared/ports/contactMailbox.ts';
import { openContactMailbox } from '../../../../shared/targets/graph-mailbox/contactMailbox.ts';
import { graphError, json, stubGraph } from '../../graph/stubbedGraph.ts';

const create: ContactWrite = {
  kind: 'create',
  folderId: 'F',
  contact: { givenName: 'Ada', categories: ['Company'] },
  stamp: { key: 'staff:K', version: '7' },
};
const patch: ContactWrite = {
  kind: 'patch',
  contactId: 'C/1',
  contact: { displayName: 'Ada L' },
  fields: ['surname', 'jobTitle'],
  version: '8',
};
const remove: ContactWrite = { kind: 'delete', contactId: 'C2' };
const keyId = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncKey';
const versionId = 'String {2395b2ce-e000-4311-bfe9-38b6808b0f26} Name ContactFolderSyncVersion';

interface Inner {
  status: number;
  code?: string;
  message?: string;
  retryAfter?: string;
  body?: unknown;
}

function batchAnswer(inner: readonly Inner[]): Response {
  const responses = inner.map((answer, index) => ({
    id: String(index),
    status: answer.status,
    headers: answer.retryAfter === undefined ? {} : { 'retry-after': answer.retryAfter },
    body: answer.body ?? (answer.code ? { error: { code: answer.code, message: answer.message ?? '' } } : undefined),
  }));
  return json({ responses: responses.reverse() });
}

async function outcomeOf(write: ContactWrite, inner: Inner) {
  const { client } = stubGraph(() => batchAnswer([inner]));
  const [outcome] = await openContactMailbox(client, 'U').write([write]);
  return outcome;
}

test('a batch holds its writes side by side, each with its preference and its stamp', async () => {
  const { client, sent } = stubGraph(() =>
    batchAnswer([
      { status: 201, body: { id: 'N', parentFolderId: 'F', displayName: 'Ada' } },
      { status: 200, body: { id: 'C/1', parentFolderId: 'Bin' } },
      { status: 204 },
    ]),
  );
  const mailbox = openContactMailbox(client, 'U');
  await expect(mailbox.write([create, patch, remove])).resolves.toEqual([
    { kind: 'done', contactId: 'N', parentFolderId: 'F' },
    { kind: 'done', contactId: 'C/1', parentFolderId: 'Bin' },
    { kind: 'deleted' },
  ]);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: 'POST', url: 'http://127.0.0.1:7070/v1.0/$batch' });
  expect(sent[0]?.body).toEqual({
    requests: [
      {
        id: '0',
        method: 'POST',
        url: '/users/U/contactFolders/F/contacts',
        headers: { 'Content-Type': 'application/json', Prefer: 'IdType="ImmutableId"' },
        body: {
          givenName: 'Ada',
          categories: ['Company'],
          singleValueExtendedProperties: [
            { id: keyId, value: 'staff:K' },
            { id: versionId, value: '7' },
          ],
        },
      },
      {
        id: '1',
        method: 'PATCH',
        url: '/users/U/contacts/C%2F1',
        headers: { 'Content-Type': 'application/json', Prefer: 'IdType="ImmutableId"' },
        body: {
          surname: null,
          jobTitle: null,
          displayName: 'Ada L',
          singleValueExtendedProperties: [{ id: versionId, value: '8' }],
        },
      },
      {
        id: '2',
        method: 'DELETE',
        url: '/users/U/contacts/C2',
        headers: { Prefer: 'IdType="ImmutableId"' },
      },
    ],
  });
  expect(mailbox.counts()).toEqual({ requests: 3, roundTrips: 1 });
});

test('no writes are no request, and more than twenty are a fault of the caller', async () => {
  const { client, sent } = stubGraph(() => batchAnswer([]));
  const mailbox = openContactMailbox(client, 'U');
  await expect(mailbox.write([])).resolves.toEqual([]);
  await expect(mailbox.write(Array(21).fill(remove))).rejects.toThrow(RangeError);
  expect(sent).toEqual([]);
});

describe('an answer inside the batch', () => {
  test.each([
    ['patch', patch, 'ErrorItemNotFound', { kind: 'gone' }],
    ['patch', patch, 'erroritemnotfound', { kind: 'gone' }],
    ['delete', remove, 'ErrorItemNotFound', { kind: 'gone' }],
    ['patch', patch, 'ErrorInvalidMailboxItemId', { kind: 'gone' }],
    ['delete', remove, 'ErrorInvalidIdMalformed', { kind: 'gone' }],
    ['create', create, 'ErrorItemNotFound', { kind: 'mailboxFailed', failure: { kind: 'notFound' } }],
    ['patch', patch, 'SomethingNew', { kind: 'refused', code: 'SomethingNew' }],
    ['delete', remove, undefined, { kind: 'refused', code: 'Http404' }],
    ['patch', patch, 'MailboxNotEnabledForRESTAPI', { kind: 'mailboxFailed', failure: { kind: 'noMailbox' } }],
    ['delete', remove, 'ErrorInvalidUser', { kind: 'mailboxFailed', failure: { kind: 'noMailbox' } }],
    ['delete', remove, 'Request_ResourceNotFound', { kind: 'mailboxFailed', failure: { kind: 'noMailbox' } }],
  ])('404 to a %s', async (_name, write, code, expected) => {
    await expect(outcomeOf(write, { status: 404, ...(code && { code }) })).resolves.toMatchObject(expected);
  });

  test.each([
    ['1', 1_000],
    ['0.249', 1_000],
    ['7.5', 7_500],
    ['Sun, 22 Nov 2026 12:02:00 GMT', 120_000],
    [undefined, 3_500],
  ])('429 with Retry-After %s waits %i ms', async (retryAfter, expected) => {
    const inner = { status: 429, code: 'ApplicationThrottled', ...(retryAfter && { retryAfter }) };
    await expect(outcomeOf(create, inner)).resolves.toEqual({ kind: 'throttled', retryAfter: expected });
  });

  describe.each([
    ['create', create],
    ['patch', patch],
    ['delete', remove],
  ])('5xx to a %s', (_name, write) => {
    test.each([
      [503, 'MailboxInfoStale'],
      [504, 'UnknownError'],
      [408, 'RequestTimeout'],
      [500, 'ErrorTimeoutExpired'],
      [500, 'ErrorServerBusy'],
    ])('%i %s says nothing, even with a Retry-After, which is kept: it may have been done', async (status, code) => {
      await expect(outcomeOf(write, { status, code })).resolves.toEqual({ kind: 'unknown', code });
      const patience = { kind: 'unknown', code, retryAfter: 5_000 };
      await expect(outcomeOf(write, { status, code, retryAfter: '5' })).resolves.toEqual(patience);
    });

    test.each([
      [500, 'ErrorInternalServerError'],
      [500, 'ErrorItemSave'],
      [500, undefined],
      [502, 'BadGateway'],
    ])('%i %s may be the fault of what is written, unless Graph names a time', async (status, code) => {
      const inner = { status, ...(code && { code }) };
      const named = code ?? 'Http500';
      await expect(outcomeOf(write, inner)).resolves.toEqual({ kind: 'serverError', code: named });
      const later = { ...inner, retryAfter: '5' };
      await expect(outcomeOf(write, later)).resolves.toEqual({ kind: 'unknown', code: named, retryAfter: 5_000 });
    });
  });

  test('409 or 412 to a patch or delete is tried again at once, to a create it is refused', async () => {
    for (const status of [409, 412]) {
      const inner = { status, code: 'ErrorIrresolvableConflict', message: 'change key' };
      await expect(outcomeOf(patch, inner)).resolves.toEqual({ kind: 'throttled', retryAfter: 1_000 });
      await expect(outcomeOf(remove, inner)).resolves.toEqual({ kind: 'throttled', retryAfter: 1_000 });
      await expect(outcomeOf(create, inner)).resolves.toMatchObject({ kind: 'refused' });
    }
  });

  test.each([
    ['ErrorAccessDenied', 403, 'accessDenied'],
    ['ErrorQuotaExceeded', 403, 'overQuota'],
    ['ErrorMailboxMoveInProgress', 503, 'mailboxMoving'],
  ])('%s concerns the mailbox', async (code, status, kind) => {
    await expect(outcomeOf(create, { status, code })).resolves.toMatchObject({
      kind: 'mailboxFailed',
      failure: { kind, code, status },
    });
  });

  test('a 403 that is not known concerns the contact only', async () => {
    await expect(outcomeOf(patch, { status: 403, code: 'SomethingNew' })).resolves.toMatchObject({ kind: 'refused' });
  });

  test('424 and 423', async () => {
    await expect(outcomeOf(patch, { status: 424 })).resolves.toEqual({ kind: 'notTried' });
    await expect(outcomeOf(patch, { status: 423 })).resolves.toEqual({ kind: 'throttled', retryAfter: 3_500 });
  });

  test('400 refuses the contact, and of its text only the names of properties are kept', async () => {
    const message = "The property 'EmailAddresses' has 4 entries, ada@contoso.example is one too many";
    await expect(outcomeOf(create, { status: 400, code: 'ErrorInvalidProperty', message })).resolves.toEqual({
      kind: 'refused',
      code: 'ErrorInvalidProperty',
      detail: 'emailAddresses',
    });
  });

  test('a success without an id is unknown', async () => {
    await expect(outcomeOf(create, { status: 201, body: {} })).resolves.toMatchObject({ kind: 'unknown' });
  });

  test('one that is missing or unreadable costs only its own write', async () => {
    const { client } = stubGraph(() => json({ responses: [{ id: '2', status: 204 }, { id: '1' }, 'nonsense'] }));
    await expect(openContactMailbox(client, 'U').write([create, patch, remove])).resolves.toEqual([
      { kind: 'unknown', code: 'NoAnswerInBatch' },
      { kind: 'unknown', code: 'NoAnswerInBatch' },
      { kind: 'deleted' },
    ]);
  });

  test('401 means not tried, and the next batch goes with a fresh token', async () => {
    const { client, sent } = stubGraph((_request, index) =>
      batchAnswer([
        { status: 204 },
        index === 0 ? { status: 401, code: 'InvalidAuthenticationToken' } : { status: 204 },
      ]),
    );
    const mailbox = openContactMailbox(client, 'U');
    await expect(mailbox.write([remove, remove])).resolves.toEqual([{ kind: 'deleted' }, { kind: 'notTried' }]);
    await mailbox.write([remove, remove]);
    expect(sent.map(request => request.headers.get('Authorization'))).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});

describe('an answer to the whole batch', () => {
  test.each([
    [
      '429',
      () => graphError(429, 'TooManyRequests', '', { 'Retry-After': '9' }),
      { kind: 'throttled', retryAfter: 9_000 },
    ],
    ['429 without a time', () => graphError(429, 'TooManyRequests'), { kind: 'throttled', retryAfter: 3_500 }],
    ['403', () => graphError(403, 'ErrorAccessDenied'), { kind: 'mailboxFailed', failure: { kind: 'accessDenied' } }],
    ['503', () => graphError(503, 'ServiceUnavailable'), { kind: 'unknown', code: 'ServiceUnavailable' }],
    ["a gateway's page", () => new Response('<html>', { status: 502 }), { kind: 'unknown', code: 'Http502' }],
    ['a cut connection', () => new TypeError('fetch failed'), { kind: 'unknown', code: 'ConnectionFailed' }],
    ['half an answer', () => new Response('{"responses":['), { kind: 'unknown', code: 'UnreadableAnswer' }],
    ['another form', () => json({ value: [] }), { kind: 'unknown', code: 'UnreadableAnswer' }],
  ])('%s counts for all its writes, and is not repeated', async (_name, answer, expected) => {
    const { client, sent, waits } = stubGraph(answer);
    const outcomes = await openContactMailbox(client, 'U').write([create, patch]);
    expect(outcomes).toMatchObject([expected, expected]);
    expect(sent).toHaveLength(1);
    expect(waits).toEqual([]);
  });
});

describe('a batch that is refused for what it holds', () => {
  const writes = Array.from({ length: 7 }, (_, index): ContactWrite => ({ kind: 'delete', contactId: `C${index}` }));

  /** Refuses every batch that holds the contact, and sends what was not tried until all has an outcome. */
  async function writeAll(poison: string, status: number) {
    const { client, sent } = stubGraph(({ body }) => {
      const urls = (body as { requests: { url: string }[] }).requests.map(({ url }) => url);
      const refused = urls.some(url => url.endsWith(`/${poison}`));
      return refused ? graphError(status, 'TooMuch') : batchAnswer(urls.map(() => ({ status: 204 })));
    });
    const mailbox = openContactMailbox(client, 'U');
    const outcomes: Record<string, string> = {};
    for (let left = writes; left.length > 0; ) {
      const answers = await mailbox.write(left);
      const open = left.filter((_, index) => answers[index]?.kind === 'notTried');
      for (const [index, write] of left.entries()) {
        const { kind = '' } = answers[index] ?? {};
        if (write.kind !== 'create' && kind !== 'notTried') outcomes[write.contactId] = kind;
      }
      left = open;
    }
    return { outcomes, sizes: sent.map(({ body }) => (body as { requests: unknown[] }).requests.length) };
  }

  test.each([413, 400])('%i: it is halved until the one is alone whose fault it is', async status => {
    const { outcomes, sizes } = await writeAll('C4', status);
    expect(outcomes).toEqual({
      ...Object.fromEntries(writes.map((_, index) => [`C${index}`, 'deleted'])),
      C4: 'refused',
    });
    expect(sizes).toEqual([7, 3, 4, 2, 1, 2, 1, 2]);
  });
});
