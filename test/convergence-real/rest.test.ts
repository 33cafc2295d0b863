import { addContact, patchContact } from '../world/contactRows.ts';
import { startWorld } from '../world/world.ts';
import { newFigures } from './figures.ts';
import { comeToRest } from './rest.ts';
import { listId, targetFolder } from './targetRows.ts';

test('a contact that Graph refused while there were faults is asked for again, and the world rests once it is written', async () => {
  const source = { mailbox: 'directory@contoso.example', folders: ['Staff'] };
  const targets = { mailboxes: ['ada@contoso.example'] };
  const world = await startWorld({ lists: [{ id: listId, source, targets, destination: { folder: targetFolder } }] });
  try {
    const { graph } = world;
    const directory = await graph.addUser('directory');
    const ada = await graph.addUser('ada');
    const folder = await graph.addFolder(directory, 'Staff');
    const names = ['Ann Example', 'Bob Example'];
    const [ann = '', bob = ''] = await Promise.all(
      names.map(displayName => addContact(graph, directory, folder, { displayName })),
    );
    const host = await world.startHost();
    await host.runSchedule();
    const titles = async () => {
      const found = await graph.readContacts(ada, (await graph.findFolder(ada, targetFolder)) ?? '');
      return names.map(name => found.find(({ displayName }) => displayName === name)?.jobTitle);
    };
    await Promise.all([ann, bob].map(id => patchContact(graph, directory, id, { jobTitle: 'Chief' })));
    const refused = { match: { method: 'PATCH', mailbox: ada, body: 'Chief', skip: 1 }, fault: { status: 500 } };
    await graph.control('POST', '/faults', refused);
    await host.runSchedule();
    await graph.control('DELETE', '/faults');
    expect((await titles()).filter(title => title === 'Chief')).toHaveLength(1);

    expect(await comeToRest(world, { alive: () => host }, 1, newFigures())).toEqual([]);
    expect(await titles()).toEqual(['Chief', 'Chief']);
  } finally {
    await world.stop();
  }
});
