import type { Directory } from '../../shared/ports/directory.ts';

/** A tenant for one test run, and what its administrators do. */
export interface OpenDirectory {
  readonly directory: Directory;
  /** With the address `<name>@contoso.example`. @returns its id */
  addUser(name: string, accountEnabled?: boolean): Promise<string>;
  removeUser(id: string): Promise<void>;
  setEnabled(id: string, accountEnabled: boolean): Promise<void>;
  setLanguage(id: string, language: string): Promise<void>;
  /** With the address `<name>@contoso.example`; members are users and groups. @returns its id */
  addGroup(name: string, members: readonly string[]): Promise<string>;
  removeGroup(id: string): Promise<void>;
  /** Further addresses of a user or a group. */
  setProxyAddresses(id: string, kind: 'users' | 'groups', addresses: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of `Directory` does alike. */
export function describeDirectory(name: string, open: () => Promise<OpenDirectory>): void {
  describe(name, () => {
    let opened: OpenDirectory;
    let directory: Directory;
    let tests = 0;

    beforeAll(async () => {
      opened = await open();
      directory = opened.directory;
    });
    beforeEach(() => {
      tests += 1;
    });
    afterAll(() => opened?.close());

    /** A name of this test's own. */
    function named(text: string): string {
      return `${text}${tests}`;
    }

    function membersById(members: readonly { id: string }[]): { id: string }[] {
      return [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
    }

    test('a user is found by id and address, whatever the case, with the state of the account', async () => {
      const id = await opened.addUser(named("o'brien"));
      const enabled = { id, accountEnabled: true };
      expect(await directory.findUser(id)).toEqual(enabled);
      expect(await directory.findUser(`${named("o'brien")}@contoso.example`)).toEqual(enabled);
      expect(await directory.findUser(`${named("O'BRIEN")}@contoso.example`)).toEqual(enabled);
      await opened.setEnabled(id, false);
      expect(await directory.findUser(id)).toEqual({ id, accountEnabled: false });
    });

    test('the language of a user is what they prefer, if anything', async () => {
      const id = await opened.addUser(named('ada'));
      expect(await directory.findLanguage(id)).toBeUndefined();
      await opened.setLanguage(id, 'de-AT');
      expect(await directory.findLanguage(id)).toBe('de-AT');
      await opened.removeUser(id);
      expect(await directory.findLanguage(id)).toBeUndefined();
    });

    test('a user who is not there, or not any more, is undefined', async () => {
      const id = await opened.addUser(named('ada'));
      await opened.removeUser(id);
      expect(await directory.findUser(id)).toBeUndefined();
      expect(await directory.findUser(`${named('ada')}@contoso.example`)).toBeUndefined();
      expect(await directory.findUser('nobody#EXT#@contoso.example')).toBeUndefined();
    });

    test('a group is found by id and address; one that is not there is undefined', async () => {
      const id = await opened.addGroup(named('staff'), []);
      expect(await directory.findGroup(id)).toBe(id);
      expect(await directory.findGroup(`${named('staff')}@contoso.example`)).toBe(id);
      expect(await directory.groupMembers(id)).toEqual([]);
      await opened.removeGroup(id);
      expect(await directory.findGroup(id)).toBeUndefined();
      expect(await directory.findGroup(`${named('staff')}@contoso.example`)).toBeUndefined();
      expect(await directory.findGroup("nobody's@contoso.example")).toBeUndefined();
      await expect(directory.groupMembers(id)).rejects.toMatchObject({ kind: 'notFound' });
    });

    test('users and groups are found by any address that mail reaches them by', async () => {
      const user = await opened.addUser(named('married'));
      const group = await opened.addGroup(named('sales'), []);
      await opened.setProxyAddresses(user, 'users', [`${named('maiden')}@contoso.example`]);
      await opened.setProxyAddresses(group, 'groups', [`${named('vertrieb')}@contoso.example`]);
      expect(await directory.findUser(`${named('Maiden')}@contoso.example`)).toEqual({
        id: user,
        accountEnabled: true,
      });
      expect(await directory.findGroup(`${named('Vertrieb')}@contoso.example`)).toBe(group);
      expect(await directory.findUser(`${named('vertrieb')}@contoso.example`)).toBeUndefined();
      expect(await directory.findGroup(`${named('maiden')}@contoso.example`)).toBeUndefined();
    });

    test('the members of a group are its users and those of the groups in it, each once, disabled ones too', async () => {
      const [ada, ben, eve] = await Promise.all(['ada', 'ben', 'eve'].map(user => opened.addUser(named(user))));
      if (!ada || !ben || !eve) throw new Error('A user was not made');
      await opened.setEnabled(eve, false);
      const inner = await opened.addGroup(named('inner'), [ada, eve]);
      const middle = await opened.addGroup(named('middle'), [inner, ada]);
      const outer = await opened.addGroup(named('outer'), [ben, ada, inner, middle]);
      const all = [
        { id: ada, accountEnabled: true },
        { id: ben, accountEnabled: true },
        { id: eve, accountEnabled: false },
      ];
      expect(membersById(await directory.groupMembers(outer))).toEqual(membersById(all));
      await opened.removeUser(ben);
      expect(membersById(await directory.groupMembers(outer))).toEqual(membersById(all.filter(({ id }) => id !== ben)));
    });

    test('every address of a user is told where it is asked for', async () => {
      const user = await opened.addUser(named('ada'));
      await opened.setProxyAddresses(user, 'users', [`${named('maiden')}@contoso.example`]);
      const group = await opened.addGroup(named('staff'), [user]);
      const addresses = [`${named('ada')}@contoso.example`, `${named('maiden')}@contoso.example`];
      for (const found of [await directory.findUser(user, true), ...(await directory.groupMembers(group, true))]) {
        expect([...(found?.addresses ?? [])].sort()).toEqual(addresses);
      }
    });

    test('finding by id or address and reading a small group are one request each', async () => {
      const user = await opened.addUser(named('ada'));
      const group = await opened.addGroup(named('staff'), [user]);
      const before = directory.counts();
      await directory.findUser(user);
      await directory.findUser(`${named('ada')}@contoso.example`);
      await directory.findGroup(`${named('staff')}@contoso.example`);
      await directory.groupMembers(group);
      expect(directory.counts()).toEqual({ requests: before.requests + 4, roundTrips: before.roundTrips + 4 });
    });
  });
}
