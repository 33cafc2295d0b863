import { openFolderTree } from '../../../shared/graph/folderTree.ts';
import { openContactMailbox } from '../../../shared/targets/graph-mailbox/contactMailbox.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

const origin = 'https://graph.microsoft.com/v1.0';
const keyId = 'String {2395B2CE-E000-4311-BFE9-38B6808B0F26} Name ContactFolderSyncKey';

function stamped(id: string, key = `staff:${id}`) {
  return { id, parentFolderId: 'F', singleValueExtendedProperties: [{ id: keyId, value: key }] };
}

describe('a delta round', () => {
  test('takes the last row of each contact, over empty pages', async () => {
    const pages = [
      { value: [{ id: 'a', givenName: 'old' }, { id: 'b' }], '@odata.nextLink': `${origin}/p1` },
      { value: [], '@odata.nextLink': `${origin}/p2` },
      {
        value: [
          { id: 'a', givenName: 'new' },
          { id: 'b', '@removed': { reason: 'deleted' } },
        ],
        '@odata.deltaLink': `${origin}/d`,
      },
    ];
    const { client } = stubGraph((_request, index) => json(pages[index]));
    await expect(openContactMailbox(client, 'U').readChanges('F')).resolves.toEqual({
      contacts: [
        { id: 'a', contact: { givenName: 'new' } },
        { id: 'b', contact: null },
      ],
      deltaLink: '/v1.0/d',
    });
  });

  test('without a last link is not a whole one', async () => {
    const { client } = stubGraph(() => json({ value: [{ id: 'a' }] }));
    await expect(openContactMailbox(client, 'U').readChanges('F')).rejects.toMatchObject({ code: 'DeltaWithoutLink' });
  });

  test.each([
    ['that lead to themselves', () => 'same'],
    ['without end', (index: number) => `page${index}`],
  ])('over pages %s is given up', async (_, next) => {
    const { client, sent } = stubGraph((_request, index) =>
      json({ value: [], '@odata.nextLink': `${origin}/${next(index)}` }),
    );
    await expect(openContactMailbox(client, 'U').readChanges('F')).rejects.toMatchObject({ code: 'EndlessPages' });
    await expect(openContactMailbox(client, 'U').listContacts('F')).rejects.toMatchObject({ code: 'EndlessPages' });
    await expect(openFolderTree(client, 'U').childFolders(undefined, 5)).rejects.toMatchObject({
      code: 'EndlessPages',
    });
    expect(sent.length).toBeLessThan(7_000);
  });

  test('is asked again for all properties where Graph takes no options', async () => {
    const { client, sent } = stubGraph(({ url }) =>
      url.includes('$select')
        ? graphError(400, 'BadRequest')
        : json({ value: [{ id: 'a' }], '@odata.deltaLink': `${origin}/d` }),
    );
    await expect(openContactMailbox(client, 'U').readChanges('F')).resolves.toMatchObject({ contacts: [{ id: 'a' }] });
    expect(sent.map(request => new URL(request.url).search !== '')).toEqual([true, false]);
  });

  test('of another shape than a contact rejects without naming its data', async () => {
    const { client } = stubGraph(() =>
      json({ value: [{ id: 'a', givenName: { secret: 'Ada' } }], '@odata.deltaLink': origin }),
    );
    const failure = await openContactMailbox(client, 'U')
      .readChanges('F')
      .catch(error => error);
    expect(failure).toMatchObject({ kind: 'unavailable', code: 'UnreadableAnswer' });
    expect(`${failure.message} ${failure.cause}`).not.toContain('Ada');
  });
});

describe('a listing of stamps', () => {
  test('is repeated until two readings agree', async () => {
    const readings = [
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ];
    const { client, sent } = stubGraph((_request, index) => {
      const [first = '', ...rest] = readings[Math.floor(index / 2)] ?? [];
      return index % 2 === 0
        ? json({ value: [stamped(first)], '@odata.nextLink': `${origin}/next` })
        : json({ value: rest.map(id => stamped(id)) });
    });
    const listed = await openContactMailbox(client, 'U').listStamped('F');
    expect(listed.map(contact => contact.id)).toEqual(['c', 'b', 'a']);
    expect(sent).toHaveLength(6);
  });

  test('that never agrees is given up', async () => {
    const { client, sent } = stubGraph((_request, index) =>
      json({ value: [stamped(`${index}`)], ...(index % 2 === 0 && { '@odata.nextLink': `${origin}/next` }) }),
    );
    await expect(openContactMailbox(client, 'U').listStamped('F')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'UnstableListing',
    });
    expect(sent).toHaveLength(12);
  });

  test('of one page is read once, and a stamp without version differs from every version', async () => {
    const { client, sent } = stubGraph(() => json({ value: [stamped('a'), { id: 'x', parentFolderId: 'F' }] }));
    await expect(openContactMailbox(client, 'U').listStamped('F')).resolves.toEqual([
      { id: 'a', parentFolderId: 'F', stamp: { key: 'staff:a', version: '' } },
    ]);
    expect(sent).toHaveLength(1);
  });

  test('for one key keeps only that key, though Exchange compares without case', async () => {
    const { client } = stubGraph(() => json({ value: [stamped('a', 'staff:K'), stamped('b', 'staff:k')] }));
    const found = await openContactMailbox(client, 'U').findStamped('F', 'staff:k');
    expect(found.map(contact => contact.id)).toEqual(['b']);
  });
});

describe('notes that a collection may have cut', () => {
  const cut = 'x'.repeat(256);
  const whole = `\n${'x'.repeat(400)}`;

  const throttled = {
    status: 429,
    headers: { 'Retry-After': '2' },
    body: { error: { code: 'ApplicationThrottled' } },
  };

  interface Inner {
    readonly id: string;
    readonly status: number;
    readonly body?: unknown;
  }

  /** A delta round of the given rows; batches are answered one after the other. */
  function deltaOf(rows: readonly unknown[], ...batches: readonly Omit<Inner, 'id'>[][]) {
    const { client, sent, waits } = stubGraph(({ url }, index) =>
      url.endsWith('$batch')
        ? json({ responses: batches[index - 1]?.map((answer, id): Inner => ({ id: String(id), ...answer })) })
        : json({ value: rows, '@odata.deltaLink': `${origin}/d` }),
    );
    const read = async () => (await openContactMailbox(client, 'U').readChanges('F')).contacts;
    const asked = () => sent.slice(1).map(({ body }) => (body as { requests: { url: string }[] }).requests.map(urlOf));
    return { read, asked, waits };
  }

  function urlOf({ url }: { url: string }): string | undefined {
    return url.split('?')[0];
  }

  test.each([254, 257])('are not looked for at a length of %i', async length => {
    const personalNotes = 'x'.repeat(length);
    const { read, asked } = deltaOf([{ id: 'a', personalNotes }]);
    expect(await read()).toEqual([{ id: 'a', contact: { personalNotes } }]);
    expect(asked()).toEqual([]);
  });

  test('are not looked for where a line break shows that they are whole', async () => {
    const personalNotes = `${'x'.repeat(100)}\n${'x'.repeat(155)}`;
    const { read, asked } = deltaOf([{ id: 'a', personalNotes }]);
    expect(await read()).toEqual([{ id: 'a', contact: { personalNotes } }]);
    expect(asked()).toEqual([]);
  });

  test('are read by id, and who is gone meanwhile is left out', async () => {
    const { read, asked } = deltaOf(
      [{ id: 'a', personalNotes: cut }, { id: 'b', personalNotes: cut.slice(1) }, { id: 'c' }],
      [
        { status: 200, body: { id: 'a', personalNotes: whole, jobTitle: 'Boss' } },
        { status: 404, body: { error: { code: 'ErrorItemNotFound' } } },
      ],
    );
    expect(await read()).toEqual([
      { id: 'a', contact: { personalNotes: whole, jobTitle: 'Boss' } },
      { id: 'c', contact: {} },
    ]);
    expect(asked()).toEqual([['/users/U/contacts/a', '/users/U/contacts/b']]);
  });

  test('are asked for again where Graph was busy, and stay as they are where it fails for good', async () => {
    const rows = ['a', 'b', 'c'].map(id => ({ id, personalNotes: cut }));
    const { read, asked, waits } = deltaOf(
      rows,
      [
        { status: 503, body: { error: { code: 'ErrorServerBusy' } } },
        { status: 500, body: { error: { code: 'ErrorItemCorrupt' } } },
        { status: 200, body: { personalNotes: whole } },
      ],
      [{ status: 200, body: { personalNotes: whole } }],
    );
    expect((await read()).map(({ contact }) => contact?.personalNotes)).toEqual([whole, cut, whole]);
    expect(asked().map(urls => urls.length)).toEqual([3, 1]);
    expect(waits).toHaveLength(1);
  });

  test('are asked for again for as long as Graph answers some of them, however many it refuses', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map(id => ({ id, personalNotes: cut }));
    const answered = { status: 200, body: { personalNotes: whole } };
    const batches = rows.map((_, round) => [answered, ...rows.slice(round + 1).map(() => throttled)]);
    const { read, asked, waits } = deltaOf(rows, ...batches);
    expect((await read()).map(({ contact }) => contact?.personalNotes)).toEqual(rows.map(() => whole));
    expect(asked().map(urls => urls.length)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(waits).toEqual(Array(5).fill(2000));
  });

  test('keep the reading from succeeding where Graph then answers none of the rest three times in a row', async () => {
    const answered = { status: 200, body: { personalNotes: whole } };
    const rows = ['a', 'b'].map(id => ({ id, personalNotes: cut }));
    const { read, asked } = deltaOf(rows, [answered, throttled], ...Array(4).fill([throttled]));
    await expect(read()).rejects.toMatchObject({ kind: 'throttled' });
    expect(asked().map(urls => urls.length)).toEqual([2, 1, 1, 1]);
  });

  test('keep the reading from succeeding where the mailbox refuses it', async () => {
    const denied = { status: 403, body: { error: { code: 'ErrorAccessDenied' } } };
    const { read } = deltaOf([{ id: 'a', personalNotes: cut }], [denied]);
    await expect(read()).rejects.toMatchObject({ kind: 'accessDenied' });
  });
});
