import { openDirectory } from '../../../shared/graph/directory.ts';
import { createMemoryGraph } from '../../memory/graph.ts';
import { describeDirectory } from '../../ports/directorySuite.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

describeDirectory('a directory in memory', async () => {
  const graph = createMemoryGraph();
  return {
    directory: graph.openDirectory(),
    addUser: async name => graph.addUser(`${name}@contoso.example`),
    removeUser: async id => graph.removeUser(id),
    setEnabled: async (id, accountEnabled) => graph.setEnabled(id, accountEnabled),
    setLanguage: async (id, language) => graph.setLanguage(id, language),
    addGroup: async (name, members) => graph.setGroup(`${name}@contoso.example`, members),
    removeGroup: async id => graph.removeGroup(id),
    setProxyAddresses: async (id, _kind, addresses) => graph.setProxyAddresses(id, addresses),
    close: async () => {},
  };
});

describeDirectory('a directory of the simulated Graph', async () => {
  const served = await simulateGraph();
  return {
    directory: openDirectory(served.client),
    addUser: name => addUser(served, name),
    removeUser: async id => void (await served.graph('DELETE', `/users/${id}`)),
    setEnabled: async (id, accountEnabled) => void (await served.graph('PATCH', `/users/${id}`, { accountEnabled })),
    setLanguage: async (id, language) =>
      void (await served.graph('PATCH', `/users/${id}`, { preferredLanguage: language })),
    addGroup: (name, members) => addGroup(served, name, members),
    removeGroup: async id => void (await served.graph('DELETE', `/groups/${id}`)),
    async setProxyAddresses(id, kind, addresses) {
      const proxyAddresses = addresses.map(address => `smtp:${address}`);
      await served.graph('PATCH', `/${kind}/${id}`, { proxyAddresses });
    },
    close: () => served.close(),
  };
});

let simulated: SimulatedGraph;

beforeAll(async () => {
  simulated = await simulateGraph();
});

afterAll(() => simulated.close());

async function addUser(
  { graph }: SimulatedGraph,
  name: string,
  properties: Record<string, unknown> = {},
): Promise<string> {
  const user = {
    displayName: name,
    mailNickname: name,
    userPrincipalName: `${name}@contoso.example`,
    mail: `${name}@contoso.example`,
    accountEnabled: true,
    passwordProfile: { password: 'not used here' },
    ...properties,
  };
  return ((await graph('POST', '/users', user)) as { id: string }).id;
}

async function addGroup({ graph }: SimulatedGraph, name: string, members: readonly string[]): Promise<string> {
  const { id } = (await graph('POST', '/groups', {
    displayName: name,
    mailNickname: name,
    mail: `${name}@contoso.example`,
    mailEnabled: true,
    securityEnabled: true,
    groupTypes: [],
  })) as { id: string };
  for (const member of members) {
    await graph('POST', `/groups/${id}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
    });
  }
  return id;
}

describe('findUser', () => {
  test('finds by id, principal name and mail address, and tells a disabled account', async () => {
    const ada = await addUser(simulated, 'ada');
    const bob = await addUser(simulated, "bob.o'brien", { mail: "b.o'brien@contoso.example", accountEnabled: false });
    const directory = openDirectory(simulated.client);
    await expect(directory.findUser(ada)).resolves.toEqual({ id: ada, accountEnabled: true });
    await expect(directory.findUser('ada@contoso.example')).resolves.toEqual({ id: ada, accountEnabled: true });
    await expect(directory.findUser("b.o'brien@contoso.example")).resolves.toEqual({ id: bob, accountEnabled: false });
  });

  test('looks for a mail address that is no principal name', async () => {
    const { client, sent } = stubGraph((_request, index) =>
      index === 0 ? graphError(404, 'Request_ResourceNotFound') : json({ value: [{ id: 'B', accountEnabled: null }] }),
    );
    const directory = openDirectory(client);
    await expect(directory.findUser("b.o'brien+x@contoso.example")).resolves.toEqual({ id: 'B', accountEnabled: true });
    expect(new URL(sent[1]?.url ?? '').searchParams.get('$filter')).toBe("mail eq 'b.o''brien+x@contoso.example'");
    expect(directory.counts()).toEqual({ requests: 2, roundTrips: 2 });
  });
});

describe('groups', () => {
  test('give their users over nested groups and pages, each once', async () => {
    await simulated.control('POST', '/mailboxes', { count: 1_050, prefix: 'many', group: 'Many' });
    const directory = openDirectory(simulated.client);
    const many = await directory.findGroup('many@contoso.example');
    const eve = await addUser(simulated, 'eve', { accountEnabled: false });
    const [someone] = (await directory.groupMembers(many ?? '')).slice(0, 1);
    const all = await addGroup(simulated, 'all', [many ?? '', eve, someone?.id ?? '']);
    const before = directory.counts().requests;
    const members = await directory.groupMembers(all);
    expect(members).toHaveLength(1_051);
    expect(new Set(members.map(member => member.id)).size).toBe(1_051);
    expect(members).toContainEqual({ id: eve, accountEnabled: false });
    expect(directory.counts().requests - before).toBe(2);
  });

  test('are read as an advanced query on every page', async () => {
    const { client, sent } = stubGraph((_request, index) =>
      json({
        value: [{ id: 'A' }],
        ...(index === 0 && { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/next' }),
      }),
    );
    await expect(openDirectory(client).groupMembers('G')).resolves.toEqual([{ id: 'A', accountEnabled: true }]);
    expect(sent.map(request => request.headers.get('ConsistencyLevel'))).toEqual(['eventual', 'eventual']);
    expect(new URL(sent[0]?.url ?? '').searchParams.get('$count')).toBe('true');
  });

  test('that are gone, or cannot be read whole, reject: nobody may seem to have left', async () => {
    const directory = openDirectory(simulated.client);
    await expect(directory.groupMembers('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      kind: 'notFound',
    });
    const many = await directory.findGroup('many@contoso.example');
    await simulated.control('POST', '/faults', {
      match: { path: 'transitiveMembers', skip: 1 },
      fault: { status: 503, code: 'ServiceUnavailable' },
    });
    await expect(directory.groupMembers(many ?? '')).rejects.toMatchObject({ kind: 'unavailable' });
    await simulated.control('DELETE', '/faults');
  });
});
