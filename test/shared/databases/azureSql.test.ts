import { once } from 'node:events';
import { createServer } from 'node:net';
import { azureSqlConfiguration, failureOf, isHarmless, openAzureSql } from '../../../shared/databases/azureSql.ts';
import { azureSqlText } from '../../../shared/databases/azureSqlText.ts';
import { openDatabases } from '../../../shared/databases/openDatabase.ts';
import { Connection } from '../../../shared/databases/tedious.ts';
import { DatabaseFailure } from '../../../shared/ports/database.ts';
import { portOf } from '../../local/postgres/postgresServer.ts';

// No server of ours speaks TDS: what the driver is told, and what becomes of what it gives.

const connection = { kind: 'azureSql', host: 'sql.contoso.example', database: 'crm', user: 'reader' } as const;
const password = { by: 'password', secret: 'Secret1!', ca: undefined } as const;

test('signs in encrypted to a checked server, with a password or with a token', () => {
  const { server, authentication, options } = azureSqlConfiguration(connection, password, 60_000);
  expect(server).toBe('sql.contoso.example');
  expect(options).toMatchObject({ port: 1433, database: 'crm', encrypt: true, trustServerCertificate: false });
  expect(options).toMatchObject({ readOnlyIntent: true, useUTC: true, connectTimeout: 30_000, requestTimeout: 60_000 });
  expect(authentication).toEqual({ type: 'default', options: { userName: 'reader', password: 'Secret1!' } });
  expect(azureSqlConfiguration(connection, { ...password, by: 'token', secret: 'ey' }, 60_000).authentication).toEqual({
    type: 'azure-active-directory-access-token',
    options: { token: 'ey' },
  });
});

test('the driver takes these settings', () => {
  expect(() => new Connection(azureSqlConfiguration(connection, password, 60_000))).not.toThrow();
});

test('asks Entra for a token for Azure SQL, one a connection', async () => {
  const scopes: string[] = [];
  const open = openDatabases(async () => '', {
    async getToken(scope) {
      scopes.push(scope);
      return null;
    },
  });
  for (const _ of [1, 2]) await expect(open(connection, 1000)).rejects.toMatchObject({ kind: 'noToken' });
  expect(scopes).toEqual(Array(2).fill('https://database.windows.net/.default'));
});

test('gives up a server that never answers', async () => {
  const silent = createServer(socket => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const opening = openAzureSql({ ...connection, host: '127.0.0.1', port: portOf(silent) }, password, 300);
  await expect(opening).rejects.toMatchObject({ name: 'DatabaseFailure', kind: 'unreachable' });
  silent.close();
});

test.each([
  ['NChar', 'Ada   ', 0, 'Ada'],
  ['VarChar', 'Ada   ', 0, 'Ada   '],
  ['BigInt', '9007199254740993', 0, '9007199254740993'],
  ['Int', 7, 0, '7'],
  ['DecimalN', 7.5, 2, '7.50'],
  ['MoneyN', 7.5, 0, '7.5000'],
  ['BitN', true, 0, 'true'],
  ['Date', new Date('1985-02-28T00:00:00Z'), 0, '1985-02-28'],
  ['DateTime2', new Date('1985-02-28T23:30:00Z'), 7, '1985-02-28 23:30:00'],
  ['DateTimeOffset', new Date('1985-02-27T23:00:00Z'), 7, '1985-02-27T23:00:00.000Z'],
  ['Time', new Date('1970-01-01T09:30:00Z'), 0, '09:30:00'],
  ['UniqueIdentifier', '6F9619FF-8B86-D011-B42D-00C04FC964FF', 0, '6F9619FF-8B86-D011-B42D-00C04FC964FF'],
  ['VarBinary', Buffer.from([1, 255]), 0, '01ff'],
  ['VarChar', null, 0, null],
])('a %s of %p is a text', (name, value, scale, text) => {
  expect(azureSqlText({ value, metadata: { colName: 'c', type: { name }, scale } })).toBe(text);
});

test('a number whose last digits the driver has lost is refused', () => {
  const long = { value: 12_345_678_901_234_567_000, metadata: { colName: 'id', type: { name: 'DecimalN' }, scale: 0 } };
  expect(() => azureSqlText(long)).toThrow(new DatabaseFailure('inexact', 'id'));
});

test('whoever may do more than read is refused', () => {
  const reader = ['CONNECT', 'SELECT', 'VIEW ANY COLUMN MASTER KEY DEFINITION', 'SHOWPLAN'];
  expect(reader.filter(right => !isHarmless(right))).toEqual([]);
  const writer = ['INSERT', 'UPDATE', 'DELETE', 'EXECUTE', 'CONTROL', 'ALTER ANY USER', 'db_owner', 'db_datawriter'];
  expect(writer.filter(isHarmless)).toEqual([]);
});

const failed = (properties: object) => Object.assign(new Error("Conversion of 'Byron' failed"), properties);

test.each([
  ['asking', failed({ code: 'EREQUEST', number: 245, lineNumber: 3 }), 'refused', '245 in line 3'],
  ['asking', failed({ code: 'ETIMEOUT' }), 'slow', 'ETIMEOUT'],
  ['asking', failed({ code: 'ECLOSE' }), 'lost', 'ECLOSE'],
  ['connecting', failed({ code: 'ELOGIN' }), 'signIn', 'ELOGIN'],
  ['connecting', new AggregateError([failed({ code: 'EFEDAUTH' })]), 'signIn', 'EFEDAUTH'],
  ['connecting', failed({ code: 'ELOGIN', isTransient: true }), 'unreachable', 'ELOGIN'],
  ['connecting', failed({ code: 'EENCRYPT' }), 'withoutTls', 'EENCRYPT'],
  ['connecting', failed({ code: 'ESOCKET', cause: failed({ code: 'ENOTFOUND' }) }), 'unreachable', 'ENOTFOUND'],
  [
    'connecting',
    failed({ code: 'ESOCKET', cause: failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
    'untrusted',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  ],
] as const)('while %s, %p is told without what the server said', (doing, error, kind, code) => {
  const failure = failureOf(error, doing);
  expect(failure).toMatchObject({ kind, code });
  expect(failure.message).not.toContain('Byron');
});
