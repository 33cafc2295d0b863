import { join } from 'node:path';
import { connectionSchema, findConnectionFault, parseConnections } from '../../../shared/settings/connections.ts';
import { readSettings } from '../../local/settings.ts';

const postgres = {
  kind: 'postgres',
  host: 'db.contoso.example',
  database: 'crm',
  user: 'reader',
  passwordSecret: 'crm',
};

function connectionsOf(value: unknown) {
  const parsed = parseConnections(JSON.stringify(value));
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a name that no list could write', '{"Our CRM": {}}'],
])('cannot be read at all: %s', (_, text) => {
  expect(parseConnections(text)).toMatch(/^is not a JSON object of connections by name: /);
});

test('a connection with a fault stops whoever names it, and no other', () => {
  const connections = connectionsOf({ crm: postgres, erp: { ...postgres, password: 'Secret1!', host: 'https://erp' } });
  expect(findConnectionFault('crm', ['postgres'], connections)).toBeUndefined();
  const fault = findConnectionFault('erp', ['postgres'], connections);
  expect(fault).toMatch(/"erp".*host: is not the name of a host.*Unrecognized key: "password"/);
  expect(fault).not.toContain('Secret1!');
});

test('a source names a connection that is there, and of a kind that it can use', () => {
  const connections = connectionsOf({ crm: postgres });
  expect(findConnectionFault('crn', ['postgres'], connections)).toBe(
    'there is no connection "crn" in CONNECTIONS: did you mean "crm"?',
  );
  expect(findConnectionFault('crm', ['exchangeServer'], connections)).toBe(
    'the connection "crm" is of the kind postgres, and this source needs exchangeServer',
  );
});

describe('another tenant', () => {
  const fabrikam = {
    kind: 'tenant',
    tenantId: '11111111-1111-4111-8111-111111111111',
    clientId: '22222222-2222-4222-8222-222222222222',
  };
  const faultOf = (changes: object) => connectionsOf({ fabrikam: { ...fabrikam, ...changes } }).faulty.get('fabrikam');

  test('is named by its id, and the app by its client id', () => {
    expect(faultOf({})).toBeUndefined();
    expect(faultOf({ tenantId: 'fabrikam.com' })).toMatch(/^tenantId: is no id: give the GUID/);
    expect(faultOf({ clientId: undefined })).toMatch(/^clientId: /);
    expect(faultOf({ clientSecret: 'Secret1!' })).toBe('Unrecognized key: "clientSecret"');
  });
});

describe('an Exchange server', () => {
  const onprem = {
    kind: 'exchangeServer',
    url: 'https://mail.contoso.com/EWS/Exchange.asmx',
    user: 'CONTOSO\\reader',
    passwordSecret: 'exchange',
  };
  const faultOf = (changes: object) => connectionsOf({ onprem: { ...onprem, ...changes } }).faulty.get('onprem');

  test('on premises is taken', () => {
    expect(faultOf({})).toBeUndefined();
  });

  test.each([
    'https://outlook.office365.com/EWS/Exchange.asmx',
    'https://OUTLOOK.office365.com./ews/exchange.asmx',
    'https://eur01.outlook.com/EWS/Exchange.asmx',
    'https://outlook.office.com/EWS/Exchange.asmx',
  ])('of Exchange Online is refused with the dates of its end and the way out: %s', url => {
    expect(faultOf({ url })).toMatch(
      /^url: is Exchange Online.*1 October 2026.*1 April 2027.*public-folders-online\.md/,
    );
  });

  test.each([
    ['http', { url: 'http://mail.contoso.com/EWS/Exchange.asmx' }, /^url: is not the https address/],
    [
      'a password in its address',
      { url: 'https://me:Secret1!@mail.contoso.com/EWS/' },
      /^url: holds a user or a password/,
    ],
    ['a password in its user', { user: 'reader:Secret1!' }, /^user: holds a ":"/],
    ['a password where a name belongs', { passwordSecret: 'Secret1!' }, /^passwordSecret: is not the name of a secret/],
  ])('with %s is refused, and nothing of it repeated', (_, changes, fault) => {
    expect(faultOf(changes)).toMatch(fault);
    expect(faultOf(changes)).not.toContain('Secret1!');
  });
});

test('a database names whom its password is of, and PostgreSQL the role of a managed identity too', () => {
  const { user: _, ...nobody } = postgres;
  const { passwordSecret: __, ...byIdentity } = nobody;
  const connections = connectionsOf({
    crm: nobody,
    pg: byIdentity,
    erp: { ...nobody, kind: 'azureSql' },
    azure: { ...byIdentity, kind: 'azureSql' },
  });
  expect([...connections.faulty.keys()]).toEqual(['crm', 'pg', 'erp']);
  for (const fault of connections.faulty.values()) expect(fault).toMatch(/^user: is missing/);
});

test('the sample has a connection of each kind', async () => {
  const { CONNECTIONS = '' } = await readSettings(join(import.meta.dirname, '../../../local.settings.sample.json'));
  const { usable, faulty } = connectionsOf(JSON.parse(CONNECTIONS));
  expect([...faulty]).toEqual([]);
  const kinds = connectionSchema.options.map(option => option.shape.kind.value);
  expect([...usable.values()].map(({ kind }) => kind).sort()).toEqual(kinds.sort());
});

test('a kind of connection that is misspelt is told what was most likely meant', () => {
  const { faulty } = connectionsOf({ crm: { ...postgres, kind: 'postgress' } });
  expect(faulty.get('crm')).toMatch(/^kind: is no kind of connection: "tenant", .*: did you mean "postgres"\?$/);
});
