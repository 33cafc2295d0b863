import { openContactMailbox } from '../../../shared/graph/contactMailbox.ts';
import { openFolderTree } from '../../../shared/graph/folderTree.ts';
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
