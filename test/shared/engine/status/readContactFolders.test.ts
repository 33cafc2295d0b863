import { folderLimits } from '../../../../shared/api/contactFolders.ts';
import { readContactFolders } from '../../../../shared/engine/status/readContactFolders.ts';
import type { FolderTree } from '../../../../shared/ports/folderTree.ts';
import type { BrowsedFolder, BrowsedFolders } from '../../../../shared/ports/sourceKind.ts';
import { folderNamesOf } from '../../../../shared/settings/folderPath.ts';
import { openMemoryFolderTree } from '../../../memory/folderTree.ts';
import { createMemoryGraph } from '../../../memory/graph.ts';

function newMailbox() {
  const graph = createMemoryGraph();
  return graph.mailbox(graph.addUser('ada@contoso.example'));
}

async function read(tree: FolderTree): Promise<BrowsedFolders> {
  const found = await readContactFolders(tree, folderLimits);
  return found ?? { folders: [], complete: false };
}

function countFolders(folders: readonly BrowsedFolder[]): number {
  return folders.reduce((sum, folder) => sum + 1 + countFolders(folder.folders), 0);
}

test('shows the default folder first, what lies below it, and how many contacts each holds', async () => {
  const mailbox = newMailbox();
  const [contacts = ''] = mailbox.folders.keys();
  const staff = mailbox.addFolder('Staff');
  const lawyers = mailbox.addFolder('Partners/Lawyers');
  const partners = mailbox.findFolder(['Partners'])?.id;
  mailbox.add(contacts, { displayName: 'One' });
  for (const displayName of ['Two', 'Three']) mailbox.add(lawyers, { displayName });
  const empty = { contacts: 0, folders: [] };
  expect(await read(openMemoryFolderTree(mailbox))).toEqual({
    complete: true,
    folders: [
      {
        id: contacts,
        name: 'Contacts',
        path: 'contacts',
        contacts: 1,
        folders: [
          { ...empty, id: staff, name: 'Staff', path: 'Staff' },
          {
            id: partners,
            name: 'Partners',
            path: 'Partners',
            contacts: 0,
            folders: [{ id: lawyers, name: 'Lawyers', path: 'Partners/Lawyers', contacts: 2, folders: [] }],
          },
        ],
      },
    ],
  });
});

test('the paths are those under which a source finds the folders, also with a slash or a tilde in a name', async () => {
  const mailbox = newMailbox();
  mailbox.addFolder('Partners/Lawyers/North');
  const folder = mailbox.createFolder('A/B').id;
  mailbox.addFolder('Below ~1', folder);
  const paths: string[] = [];
  const check = ({ id, path, folders }: BrowsedFolder) => {
    paths.push(path);
    expect(mailbox.findFolder(folderNamesOf(path))?.id).toBe(id);
    folders.forEach(check);
  };
  (await read(openMemoryFolderTree(mailbox))).folders.forEach(check);
  expect(paths).toEqual([
    'contacts',
    'Partners',
    'Partners/Lawyers',
    'Partners/Lawyers/North',
    'A~1B',
    'A~1B/Below ~01',
  ]);
});

test.each([
  ['many folders', (add: (path: string) => void) => Array.from({ length: 230 }, (_, index) => add(`F${index}`))],
  [
    'many folders on two levels',
    (add: (path: string) => void) => Array.from({ length: 230 }, (_, index) => add(`F${index % 20}/G${index}`)),
  ],
])('of %s it looks at 200 and says that there are more', async (_what, fill) => {
  const mailbox = newMailbox();
  fill(path => mailbox.addFolder(path));
  let requests = 0;
  const tree = openMemoryFolderTree(mailbox);
  const counted = {
    ...tree,
    childFolders: (id: string | undefined, limit: number) => {
      requests += 1;
      return tree.childFolders(id, limit);
    },
    countContacts: (id: string) => {
      requests += 1;
      return tree.countContacts(id);
    },
  };
  const { folders, complete } = await read(counted);
  expect([countFolders(folders), complete]).toEqual([200, false]);
  expect(requests).toBeLessThanOrEqual(400);
});

test('it goes eight levels deep and says that there are more', async () => {
  const mailbox = newMailbox();
  mailbox.addFolder('1/2/3/4/5/6/7/8');
  expect(await read(openMemoryFolderTree(mailbox))).toMatchObject({ complete: true });
  mailbox.addFolder('1/2/3/4/5/6/7/8/9');
  const { folders, complete } = await read(openMemoryFolderTree(mailbox));
  expect([countFolders(folders), complete]).toEqual([9, false]);
});
