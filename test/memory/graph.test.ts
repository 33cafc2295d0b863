import { createMemoryGraph } from './graph.ts';

test('an answer of Graph that a fault names is read as the product reads it', async () => {
  const graph = createMemoryGraph();
  const mailbox = graph.openMailbox(graph.addUser('ada@contoso.example'));
  const folder = await mailbox.createFolder('Company', 'ours');
  const stamp = { key: 'staff:1', version: '1' };
  const poison = { kind: 'create' as const, folderId: folder.id, contact: { displayName: 'Poison' }, stamp };
  graph.fail({
    on: { operation: 'create', displayName: 'Poison' },
    times: Number.POSITIVE_INFINITY,
    answer: { status: 400, code: 'ErrorInvalidProperty' },
  });
  const outcomes = await mailbox.write([poison, { ...poison, contact: { displayName: 'Ben' } }, poison]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'done', 'refused']);
  graph.fail({ on: { operation: 'getFolder' }, answer: { status: 404, code: 'ErrorItemNotFound' } });
  await expect(mailbox.getFolder(folder.id)).rejects.toMatchObject({ kind: 'notFound', code: 'ErrorItemNotFound' });
});

test('a deletion that a fault ignores is answered as done', async () => {
  const graph = createMemoryGraph();
  const mailbox = graph.openMailbox(graph.addUser('ada@contoso.example'));
  const folder = await mailbox.createFolder('Company', 'ours');
  graph.fail({ on: { operation: 'deleteFolder' }, ignored: true });
  await mailbox.deleteFolder(folder.id);
  expect(await mailbox.getFolder(folder.id)).toMatchObject(folder);
  await mailbox.deleteFolder(folder.id);
  expect(await mailbox.isDeleted(folder)).toBe(true);
});
