import fc from 'fast-check';
import { createWorld, hour, listOf, type World } from '../world.ts';

/** What may happen between a preview and the one before. */
const happenings: Record<string, (world: World, target: string, pick: number) => unknown> = {
  addAtSource: (world, _, pick) => world.addContacts(1, `Added ${pick}`),
  editAtSource: (world, _, pick) => onContact(world, world.sourceId, pick, (id, mailbox) => edit(mailbox, id, pick)),
  removeAtSource: (world, _, pick) => onContact(world, world.sourceId, pick, (id, mailbox) => mailbox.remove(id)),
  editAtTarget: (world, target, pick) => onContact(world, target, pick, (id, mailbox) => edit(mailbox, id, pick)),
  removeAtTarget: (world, target, pick) => onContact(world, target, pick, (id, mailbox) => mailbox.remove(id)),
  moveAtTarget: (world, target, pick) =>
    onContact(world, target, pick, (id, mailbox) => mailbox.move(id, mailbox.addFolder('Friends'))),
  purgeFolder: (world, target) => {
    const mailbox = world.graph.mailbox(target);
    const folder = mailbox.findFolder(['Company']);
    if (folder) mailbox.purgeFolder(folder.id);
  },
  deleteFolder: (world, target) => {
    const mailbox = world.graph.mailbox(target);
    const folder = mailbox.findFolder(['Company']);
    if (folder && !mailbox.findDeletedFolder('Company')) mailbox.deleteFolder(folder.id);
  },
  replaceMailbox: (world, target) => world.graph.mailbox(target).replace(),
  copyAtTarget: (world, target, pick) =>
    onContact(world, target, pick, (id, mailbox) => {
      const copy = mailbox.copy(id);
      if (pick % 2 === 0) edit(mailbox, copy, pick);
    }),
  otherSettings: (world, _, pick) =>
    world.setLists(
      listOf({
        destination: {
          folder: pick % 4 === 3 ? 'Friends' : 'Company',
          category: pick % 2 === 0 ? null : 'Company',
        },
        removals: pick % 3 === 0 ? 'keep' : 'delete',
        userEdits: pick % 5 === 0 ? 'revert' : 'keep',
      }),
    ),
  leaveAndCome: (world, target, pick) => world.graph.setGroup('all@contoso.com', pick % 2 === 0 ? [target] : []),
  clear: (world, target) => world.clear(target),
  refuse: (world, target, pick) =>
    world.graph.fail({
      on: { operation: 'create', mailbox: target, displayName: `Added ${pick}` },
      answer: { kind: 'refused', code: 'ErrorInvalidArgument', detail: 'no' },
    }),
  fullReconcile: async (world, target) => {
    await world.resync(target, 'full');
    await world.drain();
  },
  pass: world => world.clock.advance(hour),
};

type Mailbox = ReturnType<World['graph']['mailbox']>;

function onContact(world: World, owner: string, pick: number, act: (id: string, mailbox: Mailbox) => void): void {
  const mailbox = world.graph.mailbox(owner);
  const ids = [...mailbox.contacts.values()].filter(({ folderId }) => folderId !== mailbox.deletedItemsId);
  const chosen = ids[pick % Math.max(ids.length, 1)];
  if (chosen) act(chosen.id, mailbox);
}

function edit(mailbox: Mailbox, id: string, pick: number): void {
  const { contact } = mailbox.contact(id);
  mailbox.edit(id, pick % 2 === 0 ? { ...contact, department: `${pick}` } : { ...contact, jobTitle: `${pick}` });
}

test('whatever happened, a run right after a preview does what that said', async () => {
  const step = fc.record({ what: fc.constantFrom(...Object.keys(happenings)), pick: fc.nat(20) });
  const rounds = fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(rounds, async schedule => {
    const world = createWorld(listOf({ safeguards: { maxRemovalShare: 0.5, maxRemovals: 3 } }));
    const [target = ''] = world.addTargets(1);
    world.addContacts(4);
    for (const steps of schedule) {
      for (const { what, pick } of steps) await happenings[what]?.(world, target, pick);
      // What was asked for before is done, and what users did meanwhile is there.
      await world.drain();
      const shown = await world.previewMailbox(target);
      const totals = await world.previewList();
      const wanted = (await world.progress(target))?.wanted;
      if ('kind' in shown) {
        expect(totals).toMatchObject({ creates: 0, patches: 0, deletes: 0 });
        if (wanted === 'cleared') continue;
      }
      const run = await world.resync(target);
      await world.drain();
      const contacts = (await world.runView(run))?.contacts;
      const { creates = 0, patches = 0, deletes = 0 } = 'kind' in shown ? {} : shown;
      const operations = 'kind' in shown ? [] : shown.operations;
      const howMany = (action: string) => operations.filter(each => each.action === action).length;
      expect([howMany('create'), howMany('patch'), howMany('delete')]).toEqual([creates, patches, deletes]);
      const { created = 0, updated = 0, deleted = 0, failed = 0 } = contacts ?? {};
      // What Graph refuses cannot be foreseen.
      expect({ created: created + failed, updated, deleted }).toEqual({
        created: creates,
        updated: patches,
        deleted: deletes,
      });
    }
  });
  await fc.assert(property, { numRuns: 40 });
});
