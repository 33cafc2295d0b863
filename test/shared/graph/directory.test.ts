import { openDirectory } from '../../../shared/graph/directory.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

let simulated: SimulatedGraph;

beforeAll(async () => {
  simulated = await simulateGraph();
});

afterAll(() => simulated.close());

async function addUser(name: string, properties: Record<string, unknown> = {}): Promise<string> {
  const user = {
    displayName: name,
    mailNickname: name,
    userPrincipalName: `${name}@contoso.example`,
    mail: `${name}@contoso.example`,
    accountEnabled: true,
    passwordProfile: { password: 'not used here' },
    ...properties,
  };
  return ((await simulated.graph('POST', '/users', user)) as { id: string }).id;
}

async function addGroup(name: string, members: readonly string[]): Promise<string> {
  const { id } = (await simulated.graph('POST', '/groups', {
    displayName: name,
    mailNickname: name,
    mail: `${name}@contoso.example`,
    mailEnabled: true,
    securityEnabled: true,
    groupTypes: [],
  })) as { id: string };
  for (const member of members) {
    await simulated.graph('POST', `/groups/${id}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
    });
  }
  return id;
}

describe('findUser', () => {
  test('finds by id, principal name and mail address, and tells a disabled account', async () => {
    const ada = await addUser('ada');
    const bob = await addUser("bob.o'brien", { mail: "b.o'brien@contoso.example", accountEnabled: false });
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
    expect(directory.counts).toEqual({ requests: 2, roundTrips: 2 });
  });

  test('finds nobody by an unknown id or address', async () => {
    const directory = openDirectory(simulated.client);
    await expect(directory.findUser('00000000-0000-4000-8000-000000000000')).resolves.toBeUndefined();
    await expect(directory.findUser('nobody#EXT#@contoso.example')).resolves.toBeUndefined();
  });
});

describe('groups', () => {
  test('are found by id and mail address', async () => {
    const staff = await addGroup('staff', []);
    const directory = openDirectory(simulated.client);
    await expect(directory.findGroup(staff)).resolves.toBe(staff);
    await expect(directory.findGroup('staff@contoso.example')).resolves.toBe(staff);
    await expect(directory.findGroup("o'brien@contoso.example")).resolves.toBeUndefined();
    await expect(directory.findGroup('00000000-0000-4000-8000-000000000000')).resolves.toBeUndefined();
  });

  test('give their users over nested groups and pages, each once', async () => {
    await simulated.control('POST', '/mailboxes', { count: 1_050, prefix: 'many', group: 'Many' });
    const directory = openDirectory(simulated.client);
    const many = await directory.findGroup('many@contoso.example');
    const eve = await addUser('eve', { accountEnabled: false });
    const [someone] = (await directory.groupMembers(many ?? '')).slice(0, 1);
    const all = await addGroup('all', [many ?? '', eve, someone?.id ?? '']);
    const before = directory.counts.requests;
    const members = await directory.groupMembers(all);
    expect(members).toHaveLength(1_051);
    expect(new Set(members.map(member => member.id)).size).toBe(1_051);
    expect(members).toContainEqual({ id: eve, accountEnabled: false });
    expect(directory.counts.requests - before).toBe(2);
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
