import { openFolderTree } from '../../../shared/graph/folderTree.ts';
import { openMemoryFolderTree } from '../../memory/folderTree.ts';
import { createMemoryGraph } from '../../memory/graph.ts';
import { describeFolderTree } from '../../ports/folderTreeSuite.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

let simulated: SimulatedGraph;

beforeAll(async () => {
  simulated = await simulateGraph();
});

afterAll(() => simulated.close());

describeFolderTree('a folder tree in memory', async () => {
  const graph = createMemoryGraph();
  const mailbox = graph.mailbox(graph.addUser('ada@contoso.example'));
  const [defaultFolder] = mailbox.folders.keys();
  return {
    tree: openMemoryFolderTree(mailbox),
    addFolder: async (name, belowId = defaultFolder) => addNamed(name, belowId),
    async addContacts(count, folderId = defaultFolder) {
      for (let index = 0; index < count; index += 1) mailbox.add(folderId ?? '', { displayName: `Contact ${index}` });
    },
    close: async () => {},
  };

  /** The name may hold a slash, which `addFolder` takes for a path. */
  function addNamed(name: string, parentFolderId = ''): string {
    const id = mailbox.addFolder(`new${mailbox.folders.size}`, parentFolderId);
    mailbox.renameFolder(id, name);
    return id;
  }
});

describeFolderTree('a folder tree of the simulated Graph', async () => {
  const mailboxId = await simulated.newMailbox();
  const folders = `/users/${mailboxId}/contactFolders`;
  return {
    tree: openFolderTree(simulated.client, mailboxId),
    async addFolder(displayName, belowId) {
      const path = belowId === undefined ? folders : `${folders}/${belowId}/childFolders`;
      return ((await simulated.graph('POST', path, { displayName })) as { id: string }).id;
    },
    async addContacts(count, folderId = 'contacts') {
      for (let index = 0; index < count; index += 1) {
        await simulated.graph('POST', `${folders}/${folderId}/contacts`, { displayName: `Contact ${index}` });
      }
    },
    close: async () => {},
  };
});

test('stops reading pages once it has what it was asked for', async () => {
  const value = Array.from({ length: 10 }, (_, index) => ({ id: `f${index}`, displayName: 'F', parentFolderId: 'p' }));
  const next = 'http://127.0.0.1:7070/v1.0/users/u/contactFolders?$skip=10';
  const { client, sent } = stubGraph(() => json({ value, '@odata.nextLink': next }));
  expect(await openFolderTree(client, 'u').childFolders(undefined, 15)).toHaveLength(15);
  expect(sent).toHaveLength(2);
});

test('says that a user has no mailbox', async () => {
  const { client } = stubGraph(() => graphError(404, 'MailboxNotEnabledForRESTAPI'));
  await expect(openFolderTree(client, 'u').defaultFolder()).rejects.toMatchObject({ kind: 'noMailbox' });
});

test('sends nothing for an id that a URL takes for a step up', async () => {
  const { client, sent } = stubGraph(() => json({ '@odata.count': 1 }));
  const tree = openFolderTree(client, 'u');
  await expect(tree.countContacts('..')).rejects.toMatchObject({ name: 'GraphFailure', code: 'UnusableId' });
  await expect(tree.childFolders('.', 1)).rejects.toMatchObject({ name: 'GraphFailure', code: 'UnusableId' });
  expect(sent).toEqual([]);
});
