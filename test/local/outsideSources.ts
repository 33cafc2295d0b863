import { type LocalExchangeServer, startExchangeServer } from './exchange-server/index.ts';
import { startPglite } from './postgres/postgresServer.ts';
import { partner } from './sample-tenant/partnerTenant.ts';

/** What lies outside of the sample tenant, with a few people in each, and the settings that lead there. */
export interface OutsideSources {
  readonly values: { readonly CONNECTIONS: string; readonly CONSOLE_SOURCES: string; readonly LOCAL_SECRETS: string };
  close(): Promise<void>;
}

const mailbox = 'directory@contoso.example';
const user = 'reader@contoso.example';
const password = 'local-only';
/** Lists that are made in the console may read by it. */
const openToConsole = { console: true };
const table = `CREATE TABLE people (id integer PRIMARY KEY, display_name text, email text, business_phone text, city text);
INSERT INTO people VALUES
  (1, 'Dana Database', 'dana@partner.example', '+49 30 5550101', 'Berlin'),
  (2, 'Emil Example', 'emil@partner.example', '+49 30 5550102', 'Potsdam'),
  (3, 'Fay Field', 'fay@partner.example', NULL, 'Berlin');`;

/** A PostgreSQL and an Exchange server on premises beside the second tenant, each over TLS with a CA of its own. */
export async function startOutsideSources(): Promise<OutsideSources> {
  const database = await startPglite();
  await database.run(table);
  const exchange = await startExchangeServer({ user, password, mailbox });
  addPeople(exchange);
  const { tenantId, clientId } = partner;
  const { host, port } = database;
  const connections = {
    crm: {
      kind: 'postgres',
      ...{ host, port, database: database.database, user: database.user },
      passwordSecret: 'crm-password',
      caSecret: 'crm-ca',
      ...openToConsole,
    },
    onprem: {
      kind: 'exchangeServer',
      url: exchange.url,
      user,
      passwordSecret: 'exchange-password',
      caSecret: 'exchange-ca',
      ...openToConsole,
    },
    fabrikam: { kind: 'tenant', tenantId, clientId, ...openToConsole },
  };
  const secrets = {
    'crm-password': database.password,
    'crm-ca': database.ca,
    'exchange-password': password,
    'exchange-ca': exchange.ca,
    'address-index': 'local-only',
  };
  return {
    values: {
      CONNECTIONS: JSON.stringify(connections),
      CONSOLE_SOURCES: `${mailbox},${partner.mailbox}`,
      LOCAL_SECRETS: JSON.stringify(secrets),
    },
    close: async () => void (await Promise.all([database.stop(), exchange.close()])),
  };
}

function addPeople({ mailboxes }: LocalExchangeServer): void {
  const { contacts } = mailboxes.addMailbox(mailbox);
  const customers = mailboxes.addFolder(mailboxes.publicRoot, 'Customers');
  mailboxes.addContact(contacts, {
    texts: { DisplayName: 'Grace Grown' },
    phones: { BusinessPhone: '+49 30 5550103' },
  });
  mailboxes.addContact(customers, { texts: { DisplayName: 'Hal Hosted' }, phones: { BusinessFax: '+49 30 5550104' } });
  mailboxes.addContact(customers, { texts: { DisplayName: 'Iris Inhouse' } });
}
