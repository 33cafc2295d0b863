import { createDirectorySearch } from '../../../shared/graph/directorySearch.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';

let simulated: SimulatedGraph;

beforeAll(async () => {
  simulated = await simulateGraph();
});

afterAll(() => simulated.close());

test('groups and users are found by a word of the name, by their address and by their id, at most as many as asked', async () => {
  const search = createDirectorySearch(simulated.client);
  const { id: group } = (await simulated.graph('POST', '/groups', {
    displayName: 'Field sales "North"',
    mail: null,
    mailNickname: 'n',
  })) as { id: string };
  for (const [displayName, name] of [
    ['Ada Quill', 'ada.quill'],
    ['Ben Sales', 'ben'],
  ] as const) {
    const address = `${name}@contoso.example`;
    await simulated.graph('POST', '/users', {
      displayName,
      mailNickname: name,
      userPrincipalName: address,
      mail: address,
      accountEnabled: true,
      passwordProfile: { password: 'not used here' },
    });
  }
  const namesOf = async (...question: Parameters<typeof search>) => (await search(...question)).map(({ name }) => name);
  expect(await search('groups', 'sales', 20)).toEqual([{ id: group, name: 'Field sales "North"' }]);
  expect(await namesOf('groups', group, 20)).toEqual(['Field sales "North"']);
  expect(await namesOf('users', 'quill', 20)).toEqual(['Ada Quill']);
  expect(await search('users', 'ben@contoso.ex', 20)).toMatchObject([{ address: 'ben@contoso.example' }]);
  expect(await namesOf('users', 'contoso', 1)).toHaveLength(1);
  expect(await namesOf('users', '"\\', 20)).toEqual([]);
  expect(await namesOf('users', 'nobody', 20)).toEqual([]);
});
