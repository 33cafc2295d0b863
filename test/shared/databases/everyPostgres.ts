import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { openDatabases } from '../../../shared/databases/openDatabase.ts';
import type { Contact } from '../../../shared/domain/contact.ts';
import { openHostProbe } from '../../../shared/http/hostProbe.ts';
import { type Reading, SourceFailure } from '../../../shared/ports/contactSource.ts';
import { parseConnections } from '../../../shared/settings/connections.ts';
import { sqlSettings } from '../../../shared/settings/sqlSource.ts';
import {
  openContactSource,
  readColumnsOfSource,
  type SourceAdapters,
  testContactSource,
} from '../../../shared/sources/index.ts';
import { makeCertificate, type PostgresServer, portOf } from '../../local/postgres/postgresServer.ts';
import { memorySourceAdapters } from '../../memory/adapters.ts';
import { createMemoryGraph } from '../../memory/graph.ts';
import { describeSourceKind } from '../sources/everyKind.ts';

interface Options {
  /** Passwords are checked, and a slow statement is ended by the server. PGlite does neither. */
  readonly isWhole: boolean;
}

/** The kind `sql` over a PostgreSQL. */
export function describePostgres(name: string, start: () => Promise<PostgresServer>, { isWhole }: Options): void {
  describe(`contacts of ${name}`, () => {
    let server: PostgresServer;
    const listening: Server[] = [];

    beforeAll(async () => {
      server = await start();
    });
    afterEach(() => {
      for (const each of listening.splice(0)) each.close();
    });
    afterAll(() => server.stop());
    beforeEach(() => server.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public'));

    function adapters(
      place: { readonly host?: string; readonly port?: number; readonly user?: string; readonly ca?: string } = {},
    ) {
      const { host, port, user, database } = { ...server, ...place };
      const crm = { kind: 'postgres', host, port, user, database, passwordSecret: 'password', caSecret: 'ca' };
      const { passwordSecret: _, ...byToken } = crm;
      const connections = parseConnections(JSON.stringify({ crm, byToken: undefined, bytoken: byToken }));
      if (typeof connections === 'string') throw new Error(connections);
      const secrets = new Map([
        ['password', server.password],
        ['ca', place.ca ?? server.ca],
      ]);
      const credential = {
        async getToken(scope: string) {
          return scope === 'https://ossrdbms-aad.database.windows.net/.default' ? { token: server.password } : null;
        },
      };
      const clock = { now: () => 0, wait: () => new Promise<never>(() => {}) };
      const openDatabase = openDatabases(async secret => secrets.get(secret) ?? '', credential);
      const memory = memorySourceAdapters(createMemoryGraph(), clock);
      const probes = { ...memory.probes, hosts: openHostProbe() };
      return { ...memory, probes, connections, openDatabase };
    }

    const settingsOf = (query: string, more: object = {}) =>
      sqlSettings.parse({ kind: 'sql', connection: 'crm', key: 'id', query, ...more });
    const read = (query: string, more: object = {}, cursor?: string, through: SourceAdapters = adapters()) =>
      openContactSource(settingsOf(query, more), through).read(cursor);
    const contactsIn = ({ scopes }: Reading) =>
      new Map(scopes.flatMap(({ contacts }) => contacts).map(({ id, contact }) => [id, contact]));
    const only = async (query: string, more: object = {}): Promise<Contact | null | undefined> =>
      contactsIn(await read(query, more)).get('1');

    async function problemOf(reading: Promise<unknown>) {
      const error = await reading.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof SourceFailure)) throw new Error('nothing was refused', { cause: error });
      return error.problems[0];
    }

    async function listen(serve: Parameters<typeof createServer>[1]): Promise<number> {
      const each = createServer(serve);
      listening.push(each);
      each.listen(0, '127.0.0.1');
      await once(each, 'listening');
      return portOf(each);
    }

    test('fill the fields that their columns are named like, or that the settings name', async () => {
      const contact = await only(
        `SELECT 1 AS id, 'Ada Byron' AS "displayName", 'Ada' AS given_name, 'a@contoso.example' AS email,
          'b@contoso.example' AS email2, 'London' AS business_address_city, '+44 1' AS business_phone, 'Analyst' AS role,
          'secret' AS personalnotes, 42 AS unknown`,
        { columns: { jobTitle: 'role', 'emailAddresses[0].name': 'displayName', personalNotes: null } },
      );
      expect(contact).toEqual({
        displayName: 'Ada Byron',
        givenName: 'Ada',
        emailAddresses: [{ name: 'Ada Byron', address: 'a@contoso.example' }, { address: 'b@contoso.example' }],
        businessAddress: { city: 'London' },
        businessPhones: ['+44 1'],
        jobTitle: 'Analyst',
      });
    });

    test('have their birthday whatever the style of dates and the zone of the role', async () => {
      await server.run(
        `ALTER ROLE postgres SET datestyle TO 'German'; ALTER ROLE postgres SET timezone TO 'America/New_York'`,
      );
      const birthdays = async (value: string) =>
        (await only(`SELECT 1 AS id, 'Ada' AS displayName, ${value} AS birthday`))?.birthday;
      try {
        expect(await birthdays(`date '1985-02-28'`)).toBe('1985-02-28');
        expect(await birthdays(`timestamp '1985-02-28 23:30'`)).toBe('1985-02-28');
        expect(await birthdays(`timestamptz '1985-02-28 00:00 Europe/Berlin'`)).toBe('1985-02-28');
        expect(await birthdays(`timestamptz '1985-02-28 00:00 America/New_York'`)).toBe('1985-02-28');
        expect(await birthdays(`'1985-02-28'`)).toBe('1985-02-28');
      } finally {
        await server.run('ALTER ROLE postgres RESET ALL');
      }
    });

    test('are said to differ as soon as a page of them does, and not where they are as they were', async () => {
      let told = 0;
      const readPeople = (boss: number, cursor?: string) => {
        const query = `SELECT id, 'Ada' AS displayName, CASE id WHEN ${boss} THEN 'Boss' END AS "jobTitle"
          FROM generate_series(1, 5000) AS id`;
        told = 0;
        return openContactSource(settingsOf(query), adapters()).read(cursor, () => told++);
      };
      const { cursor } = await readPeople(0);
      expect(told).toBe(3);
      await readPeople(0, cursor);
      expect(told).toBe(0);
      await readPeople(4500, cursor);
      expect(told).toBe(1);
    });

    test('have texts of numbers and times, no padding, lists of arrays, and nothing of NULL', async () => {
      await server.run(`CREATE TYPE colour AS ENUM ('red', 'dark red')`);
      const contact = await only(
        `SELECT 1 AS id, 'Ada  '::char(8) AS displayName, NULL::text AS surname, ' ' AS nickName, 12345678901234567890.50 AS title,
          true AS initials, array['+44 1', NULL, '+44 2'] AS businessPhones, array['red', 'dark red']::colour[] AS categories,
          array['x ']::char(4)[] AS children, '["a", null, "b"]'::jsonb AS "imAddresses", '007' AS department,
          array[1.10, 2]::numeric[] AS "jobTitle", timestamptz '2026-01-02 03:04:05+02' AS "personalNotes"`,
      );
      expect(contact).toEqual({
        displayName: 'Ada',
        title: '12345678901234567890.50',
        initials: 'true',
        businessPhones: ['+44 1', '+44 2'],
        categories: ['red', 'dark red'],
        children: ['x'],
        imAddresses: ['a', 'b'],
        department: '007',
        jobTitle: '1.10, 2',
        personalNotes: '2026-01-02 01:04:05+00',
      });
    });

    describeSourceKind(
      'sql',
      async () => {
        await server.run('CREATE TABLE people (id int PRIMARY KEY, name text, born text)');
        const query = 'SELECT id, name AS "displayName", born::date AS birthday FROM people ORDER BY id';
        return {
          open: () => openContactSource(settingsOf(query), adapters()),
          put: (key, displayName) =>
            server.run(`INSERT INTO people VALUES (${key}, '${displayName}')
              ON CONFLICT (id) DO UPDATE SET name = excluded.name`),
          remove: key => server.run(`DELETE FROM people WHERE id = ${key}`),
          breakOff: () => server.run(`INSERT INTO people VALUES (9, 'Zoe', 'no date')`),
          mend: () => server.run('DELETE FROM people WHERE id = 9'),
          kill: async () => 'of another version',
          close: async () => {},
        };
      },
      { believesEmptiness: false },
    );

    test('are given whole where one changed, and not at all where only their order did', async () => {
      const one = `SELECT id, 'Ada' AS "displayName" FROM (VALUES (1), (2)) AS people (id)`;
      const first = await read(one);
      expect([...contactsIn(first).keys()]).toEqual(['1', '2']);
      const turned = await read(`${one} ORDER BY id DESC`, {}, first.cursor);
      expect(turned.scopes).toMatchObject([{ complete: false, contacts: [] }]);
    });

    test('stay when the query gives nobody any more', async () => {
      const { cursor } = await read(`SELECT 1 AS id, 'Ada' AS displayName`);
      const empty = read(`SELECT 1 AS id, 'Ada' AS displayName WHERE false`, {}, cursor);
      expect(await problemOf(empty)).toMatchObject({ code: 'SqlNoRows' });
    });

    test.each([
      ['SqlKeyMissing', `SELECT NULL AS id, 'Ada' AS displayName`, /^Row 1 /],
      ['SqlKeyTwice', `SELECT 1 AS id, 'Ada' AS displayName FROM generate_series(1, 2)`, /^Rows 1 and 2 /],
      ['SqlColumnMissing', `SELECT 1 AS number, 'Ada' AS displayName`, /"id".*"number"/],
      ['SqlColumnTwice', `SELECT 1 AS id, 'Ada' AS name, 'Bob' AS name`, /"name"/],
      ['SqlNoFields', `SELECT 1 AS id, 'Ada' AS who`, /"who"/],
      ['SqlNoFields', 'SELECT 1 AS id', /"id"/],
      ['SqlTooManyRows', `SELECT n AS id, 'Ada' AS displayName FROM generate_series(1, 1000000) AS n`, /50000/],
      ['SqlRefused', 'SELECT 1 AS id, nowhere FROM x', /a table or a view .*42P01 at character 30 .*with its schema/],
      ['SqlRefused', `SELECT 1 AS id, CAST('Byron' AS int) AS surname`, /values of a row .*22P02.*WHERE/],
      ['SqlRefused', 'SELECT 1 AS id, nmae FROM people', /names a column .*42703/],
      ['SqlRefused', 'SELECT 1 AS id, nowhere(1) AS title', /calls a function .*42883/],
      ['SqlRefused', 'SELECT 1 AS id,, 2 AS title', /no valid statement .*42601/],
      ['SqlSeveralStatements', `SELECT 1 AS id, 'Ada' AS displayName; DELETE FROM people`, /one SELECT/],
      [
        'SqlWrites',
        `WITH gone AS (DELETE FROM people RETURNING id) SELECT id, 'Ada' AS displayName FROM gone`,
        /25006/,
      ],
      ['SqlWrites', `SELECT write_one() AS id, 'Ada' AS displayName`, /25006/],
    ])('are refused whole with %s: %s', async (code, query, detail) => {
      await server.run(`
        CREATE TABLE people (id int); INSERT INTO people VALUES (1);
        CREATE FUNCTION write_one() RETURNS int LANGUAGE sql AS 'INSERT INTO people VALUES (2) RETURNING id'`);
      const problem = await problemOf(read(query));
      expect(problem).toEqual({ code, detail: expect.stringMatching(detail) });
      expect(problem?.detail).not.toMatch(/Byron/);
      expect(await only('SELECT 1 AS id, count(*) AS title FROM people')).toEqual({ title: '1' });
    });

    test('cannot be written by a function that sets its transaction free', async () => {
      await server.run(`
        CREATE TABLE people (id int);
        CREATE FUNCTION free() RETURNS int LANGUAGE plpgsql AS
          $$ BEGIN PERFORM set_config('transaction_read_only', 'off', true); INSERT INTO people VALUES (2); RETURN 1; END $$`);
      await problemOf(read(`SELECT free() AS id, 'Ada' AS displayName`));
      expect(await only('SELECT 1 AS id, count(*) AS title FROM people')).toEqual({ title: '0' });
    });

    test('come without what a contact cannot hold, and the list says so', async () => {
      const query = `SELECT 1 AS id, '28.02.1985' AS birthday, array['1', '2', '3'] AS "businessPhones"
        UNION ALL SELECT 2, NULL, array['4']`;
      const reading = await read(query);
      expect(contactsIn(reading)).toEqual(
        new Map([
          ['1', { businessPhones: ['1', '2'] }],
          ['2', { businessPhones: ['4'] }],
        ]),
      );
      expect(reading.problems).toEqual([
        { code: 'SqlRowsWithoutName', detail: expect.stringMatching(/^2 rows \(one has the key 1\) have neither/) },
        {
          code: 'SqlValuesLeftOut',
          detail: expect.stringMatching(/^The row with the key 1 has .*\(birthday, businessPhones\)/),
        },
      ]);
    });

    test('whose key may be an address have its SHA-256 as their id', async () => {
      const ids = [...contactsIn(await read(`SELECT 'ada@contoso.example' AS id, 'Ada' AS displayName`)).keys()];
      expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    });

    test('are read with a token as the password where there is none', async () => {
      const reading = await read(`SELECT 1 AS id, 'Ada' AS displayName`, { connection: 'bytoken' });
      expect(contactsIn(reading).size).toBe(1);
    });

    test('are not read of a server whose certificate nobody vouches for, or without TLS', async () => {
      const query = `SELECT 1 AS id, 'Ada' AS displayName`;
      const { cert } = await makeCertificate();
      expect(await problemOf(read(query, {}, undefined, adapters({ ca: cert })))).toMatchObject({
        code: 'DatabaseUntrusted',
      });
      const plain = await listen(socket => socket.once('data', () => socket.write('N')));
      expect(await problemOf(read(query, {}, undefined, adapters({ port: plain })))).toMatchObject({
        code: 'DatabaseWithoutTls',
      });
    });

    test('are not read where nobody answers, or never', async () => {
      const query = `SELECT 1 AS id, 'Ada' AS displayName`;
      const closed = await listen(() => {});
      for (const each of listening.splice(0)) each.close();
      expect(await problemOf(read(query, {}, undefined, adapters({ port: closed })))).toMatchObject({
        code: 'DatabaseUnreachable',
        detail: expect.stringContaining('ECONNREFUSED'),
      });
      const silent = await listen(socket => socket.on('error', () => {}).resume());
      const late = read(query, { timeLimitSeconds: 1 }, undefined, adapters({ port: silent }));
      expect(await problemOf(late)).toMatchObject({
        code: 'DatabaseUnreachable',
      });
    });

    test('are none of a connection that breaks off half-way', async () => {
      const port = await listen(socket => {
        const inner = connect(server.port, '127.0.0.1');
        for (const each of [socket, inner])
          each.on('error', () => {}).on('close', () => [socket, inner].map(one => one.destroy()));
        let bytes = 0;
        socket.pipe(inner);
        inner.on('data', (data: Buffer) => {
          bytes += data.length;
          if (bytes > 200_000) socket.destroy();
          else socket.write(data);
        });
      });
      const query = `SELECT n AS id, repeat('x', 1000) AS "displayName" FROM generate_series(1, 5000) AS n`;
      expect(await problemOf(read(query, {}, undefined, adapters({ port })))).toMatchObject({
        code: 'DatabaseConnectionLost',
      });
    });

    test('are looked at column by column: what each fills, and what the first rows hold, of however many', async () => {
      const query = `SELECT n AS id, 'Ada ' || n AS display_name, nullif('x', 'x') AS note, 'London' AS town
        FROM generate_series(1, 1000000) AS n`;
      expect(
        await readColumnsOfSource(settingsOf(query, { columns: { 'homeAddress.city': 'town' } }), adapters()),
      ).toEqual([
        { name: 'id', fills: undefined, examples: ['1', '2', '3'] },
        { name: 'display_name', fills: 'displayName', examples: ['Ada 1', 'Ada 2', 'Ada 3'] },
        { name: 'note', fills: undefined, examples: [] },
        { name: 'town', fills: 'homeAddress.city', examples: ['London', 'London', 'London'] },
      ]);
      const unknown = await readColumnsOfSource(settingsOf(`SELECT 1 AS id, 'a' AS colour`), adapters());
      expect(unknown?.map(({ fills }) => fills)).toEqual([undefined, undefined]);
      const gone = settingsOf('SELECT 1 AS id', { columns: { jobTitle: 'role' } });
      expect(await problemOf(Promise.resolve(readColumnsOfSource(gone, adapters())))).toMatchObject({
        code: 'SqlColumnMissing',
      });
    });

    test('are tested step by step', async () => {
      const token = { step: { name: 'token', ok: true, detail: '' }, value: {} };
      const query = `SELECT n AS id, 'Ada' AS displayName, 'x' AS colour FROM generate_series(1, 1000000) AS n`;
      const steps = await testContactSource(settingsOf(query), token, adapters());
      expect(steps.map(({ step }) => step)).toEqual([
        { name: `name ${server.host}`, ok: true, detail: expect.stringContaining('(loopback)') },
        { name: 'database "crm"', ok: true, detail: expect.stringContaining('over TLS') },
        {
          name: 'read-only login "crm"',
          ok: true,
          detail: expect.stringMatching(/^The app writes nothing.* But "postgres" is a superuser/),
          remedy: expect.stringContaining('CREATE ROLE contact_reader'),
        },
        {
          name: 'query of "crm"',
          ok: true,
          detail: expect.stringContaining('1 of its columns'),
          remedy: expect.stringContaining('"colour"'),
        },
      ]);
    });

    test.each([
      ['the name', { host: 'db.invalid' }, 0, /private DNS zone/],
      ['the port', { port: 1 }, 1, /firewalls/i],
      ['the authority', { ca: 'other' }, 1, /caSecret of the connection is not the authority/],
      ['the name in the certificate', { host: '127.0.0.1' }, 1, /subject alternative names/],
    ])('are tested step by step, with a remedy where %s is wrong', async (_, place, index, remedy) => {
      const token = { step: { name: 'token', ok: true, detail: '' }, value: {} };
      const ca = 'ca' in place ? (await makeCertificate()).cert : server.ca;
      const through = adapters({ ...place, ca });
      const steps = (await testContactSource(settingsOf('SELECT 1 AS id'), token, through)).map(({ step }) => step);
      expect(steps.findIndex(({ ok }) => !ok)).toBe(index);
      expect(steps[index]?.remedy).toMatch(remedy);
      expect(steps.at(-1)).toMatchObject({ ok: false, detail: expect.stringMatching(/^Not tried/) });
    });

    test('are tested step by step, with a remedy where nobody answers', async () => {
      const token = { step: { name: 'token', ok: true, detail: '' }, value: {} };
      const port = await listen(socket => socket.on('error', () => {}).resume());
      const settings = settingsOf('SELECT 1 AS id', { timeLimitSeconds: 1 });
      const [, session] = await testContactSource(settings, token, adapters({ port }));
      expect(session?.step).toMatchObject({ ok: false, remedy: expect.stringContaining('network security groups') });
    });

    if (!isWhole) return;

    test('are not read with a wrong password, of no database, or by somebody unknown', async () => {
      const query = `SELECT 1 AS id, 'Ada' AS displayName`;
      expect(await problemOf(read(query, {}, undefined, adapters({ user: 'nobody' })))).toMatchObject({
        code: 'DatabaseSignIn',
      });
    });

    test.each([
      ['', 'Nothing can be written'],
      ['CREATEDB', expect.stringContaining('"reader" may do more than read contacts (CREATEDB)')],
    ])('are read by a user whom the test says what it may do: %s', async (rights, detail) => {
      await server.run(`DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN ${rights} PASSWORD '${server.password}'`);
      const token = { step: { name: 'token', ok: true, detail: '' }, value: {} };
      const through = adapters({ user: 'reader' });
      const steps = await testContactSource(settingsOf(`SELECT 1 AS id, 'Ada' AS title`), token, through);
      expect(steps[2]?.step).toMatchObject({ ok: true, detail });
    });

    test('are none of a query that takes too long', async () => {
      const problem = await problemOf(
        read(`SELECT pg_sleep(30)::text AS id, 'Ada' AS displayName`, { timeLimitSeconds: 1 }),
      );
      expect(problem).toMatchObject({ code: 'SqlTooSlow', detail: expect.stringContaining('1 seconds') });
    });
  });
}
