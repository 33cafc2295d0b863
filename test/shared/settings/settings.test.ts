import { parseSettings } from '../../../shared/settings/settings.ts';
import { type Changes, faultsOf, goodEnvironment, parse } from './sampleSettings.ts';

describe('settings that are missing or malformed', () => {
  test.each<[string, Changes, RegExp]>([
    ['no lists', { CONTACT_LISTS: undefined }, /^CONTACT_LISTS is missing: give the lists/],
    ['no schedule', { SYNC_SCHEDULE: undefined }, /^SYNC_SCHEDULE is missing: give a six-field NCRONTAB/],
    ['five fields', { SYNC_SCHEDULE: '*/5 * * * *' }, /^SYNC_SCHEDULE "\*\/5 \* \* \* \*" is no NCRONTAB .*; give six/],
    ['seven fields', { SYNC_SCHEDULE: '0 */5 * * * * 2026' }, /^SYNC_SCHEDULE .* give six fields/],
    ['garbage', { SYNC_SCHEDULE: 'every five minutes or so please' }, /^SYNC_SCHEDULE .* give six fields/],
    ['a second too far', { SYNC_SCHEDULE: '60 * * * * *' }, /^SYNC_SCHEDULE .* give six fields/],
    ['a range that descends', { SYNC_SCHEDULE: '0 0 22-6 * * *' }, /^SYNC_SCHEDULE .*"22-6" for 6-22; .* 22-23,0-6$/],
    ['a nickname', { FULL_RECONCILE_SCHEDULE: '@weekly' }, /^FULL_RECONCILE_SCHEDULE .* give six fields/],
    ['no capture queue', { CAPTURE_QUEUE: undefined }, /^CAPTURE_QUEUE is missing: name the Service Bus queue/],
    ['no sync queue', { SYNC_QUEUE: '' }, /^SYNC_QUEUE is missing/],
    ['no name of a queue', { PRIORITY_QUEUE: 'a queue?' }, /^PRIORITY_QUEUE is not the name of a Service Bus queue/],
    [
      'no storage',
      { TABLES_CONNECTION: undefined },
      /^TABLES_CONNECTION is missing: .* TABLES_CONNECTION__accountName/,
    ],
    ['no connection string', { TABLES_CONNECTION: 'storage' }, /^TABLES_CONNECTION is not a connection string/],
    ['no broker', { ServiceBusConnection: undefined }, /^ServiceBusConnection is missing: .*__fullyQualifiedNamespace/],
    ['no origin', { GRAPH_ENDPOINT: 'graph.microsoft.com' }, /^GRAPH_ENDPOINT is not an origin/],
    [
      'no https',
      { AZURE_AUTHORITY_HOST: 'http://login.contoso.com' },
      /^AZURE_AUTHORITY_HOST is not where Entra signs in/,
    ],
    ['another scheme', { GRAPH_ENDPOINT: 'ftp://graph.microsoft.com' }, /^GRAPH_ENDPOINT is not an origin/],
    [
      'an origin with a path',
      { GRAPH_ENDPOINT: 'https://graph.microsoft.com/v1.0' },
      /^GRAPH_ENDPOINT is not an origin/,
    ],
    [
      'no webhook',
      { WEBHOOK_URL: 'contoso.com', CLIENT_STATE: 'x' },
      /^WEBHOOK_URL is no URL that Graph can call: give/,
    ],
    [
      'plain http',
      { WEBHOOK_URL: 'http://contoso.com', CLIENT_STATE: 'x' },
      /^WEBHOOK_URL is no URL that Graph can call/,
    ],
    ['a query', { WEBHOOK_URL: 'https://contoso.com?a=1', CLIENT_STATE: 'x' }, /^WEBHOOK_URL is no URL that Graph can/],
    [
      'a password',
      { WEBHOOK_URL: 'https://a:b@contoso.com', CLIENT_STATE: 'x' },
      /^WEBHOOK_URL is no URL that Graph can/,
    ],
    [
      'a webhook without a secret',
      { WEBHOOK_URL: 'https://contoso.com' },
      /^WEBHOOK_URL needs a secret .* KEY_VAULT_URL/,
    ],
    ['the address itself', { NOTIFY_SECRET: 'https://contoso.com' }, /^NOTIFY_SECRET is not the name of a secret/],
    ['a mailbox that sends to nobody', { NOTIFY_MAIL_FROM: 'bot@contoso.com' }, /need each other/],
    ['nobody who sends', { NOTIFY_MAIL_TO: 'ops@contoso.com' }, /^NOTIFY_MAIL_FROM and NOTIFY_MAIL_TO need each other/],
    [
      'what is no address',
      { NOTIFY_MAIL_FROM: 'bot@contoso.com', NOTIFY_MAIL_TO: 'ops' },
      /^NOTIFY_MAIL_TO.* holds what is no address/,
    ],
    ['a key without an address', { NOTIFY_SIGNING_SECRET: 'key' }, /^NOTIFY_SIGNING_SECRET needs NOTIFY_SECRET/],
    ['no number of days', { AUDIT_DAYS: 'ever' }, /^AUDIT_DAYS is no whole number of days/],
    ['no days', { AUDIT_DAYS: '0' }, /^AUDIT_DAYS must be at least 1 day$/],
    ['no percentage', { FAILING_MAILBOXES_PERCENT: '101' }, /^FAILING_MAILBOXES_PERCENT must be at most 100/],
    ['a long secret', { CLIENT_STATE: 'x'.repeat(129) }, /^CLIENT_STATE must have at most 128 characters/],
    [
      'no key vault',
      { KEY_VAULT_URL: 'http://vault.azure.net' },
      /^KEY_VAULT_URL is not the URL of a key vault, such as/,
    ],
    [
      'a second that no minute has',
      { SYNC_SCHEDULE: '99 * * * * *' },
      /^SYNC_SCHEDULE "99 \* \* \* \* \*" is no NCRONTAB/,
    ],
    ['another sign-in', { CONSOLE_SIGN_IN: 'google' }, /^CONSOLE_SIGN_IN is no way of signing in: give entra/],
    ['a sign-in of any tenant', { CONSOLE_SIGN_IN: 'entra' }, /^CONSOLE_SIGN_IN needs CONSOLE_TENANT_ID/],
    [
      'a domain for a tenant',
      { CONSOLE_SIGN_IN: 'entra', CONSOLE_TENANT_ID: 'contoso.com' },
      /^CONSOLE_TENANT_ID is not the id of a tenant/,
    ],
    ['no number', { LEASE_SECONDS: 'long' }, /^LEASE_SECONDS is not a number of seconds/],
    ['too short', { LEASE_SECONDS: '0' }, /^LEASE_SECONDS must be at least 1 second$/],
    ['lease shorter than a request', { LEASE_SECONDS: '60' }, /^LEASE_SECONDS must be more than GRAPH_TIMEOUT_SECONDS/],
  ])('%s', (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([expect.stringMatching(fault)]);
  });

  test('are all named at once, one a line', () => {
    const changes = {
      CONTACT_LISTS: '{',
      SYNC_SCHEDULE: 'often',
      SYNC_QUEUE: '',
      TABLES_CONNECTION: '',
      LEASE_SECONDS: 'x',
    };
    const names = faultsOf(changes).map(fault => fault.split(' ')[0]);
    expect(names.sort()).toEqual(Object.keys(changes).sort());
    expect(() => parse(changes)).toThrow(/\n- SYNC_SCHEDULE .*\n- SYNC_QUEUE /);
  });

  test('are named with the setting that was most likely meant by another name', () => {
    expect(faultsOf({ SYNC_SCHEDULE: undefined, SYNC_SHEDULE: '0 */5 * * * *', PATH: '/bin' })).toEqual([
      expect.stringMatching(/^SYNC_SCHEDULE is missing/),
      'SYNC_SHEDULE is no setting of the app: did you mean SYNC_SCHEDULE?',
    ]);
  });

  test('are named beside a lease that is too short', () => {
    expect(faultsOf({ LEASE_SECONDS: '60', TABLES_CONNECTION: '' })).toHaveLength(2);
  });

  test('are all of the required ones in an empty environment', () => {
    expect(() => parseSettings({}, '/app')).toThrow(
      new RegExp(
        Object.keys(goodEnvironment)
          .map(name => `(?=[^]*\\n- ${name} is missing)`)
          .join(''),
      ),
    );
  });

  test('show no secret', () => {
    const secret = 'Endpoint sb://localhost SharedAccessKey hunter2';
    expect(faultsOf({ ServiceBusConnection: secret }).join()).not.toContain('hunter2');
  });
});

describe('good settings', () => {
  test('fill in the defaults', () => {
    expect(parse()).toMatchObject({
      graph: { endpoint: 'https://graph.microsoft.com', clientId: undefined },
      queues: { capture: 'capture-list', sync: 'sync-mailbox', priority: 'sync-mailbox-now' },
      refusedLists: [],
      timing: {
        ...{ leaseSeconds: 180, graphTimeoutSeconds: 30, graphGraceSeconds: 30 },
        ...{ longestWaitSeconds: 30, handlerSeconds: 240 },
      },
    });
  });

  test('take numbers and origins as they are given', () => {
    const { timing, graph } = parse({ LEASE_SECONDS: '90', GRAPH_ENDPOINT: 'http://127.0.0.1:9000/' });
    expect(timing.leaseSeconds).toBe(90);
    expect(graph.endpoint).toBe('http://127.0.0.1:9000');
  });

  test.each(['0 */5 * * * *', '0 0 3 * * 0', '*/30 * * * * *', '0 0 9-17 * * MON-FRI', '0 30 4 1,15 JAN *'])(
    'take the schedule %s',
    expression => expect(faultsOf({ SYNC_SCHEDULE: expression })).toEqual([]),
  );

  test.each(['0 0 0 * * Fri-Sun', '0 0 0 31 2 *', '0 0 3 * * 7'])(
    'go on with the schedule %s, which earlier versions took, and say what is wrong with it',
    expression => {
      const { notes } = parse({ FULL_RECONCILE_SCHEDULE: expression });
      expect(notes).toEqual([
        { code: 'RefusedSoon', detail: expect.stringContaining(`FULL_RECONCILE_SCHEDULE "${expression}"`) },
      ]);
    },
  );

  test('say which setting was most likely meant by an unknown one, unless it is set too', () => {
    const unknown = { WEBHOOK_URI: 'https://contoso.com' };
    expect(parse(unknown).notes).toEqual([
      { code: 'UnknownSetting', detail: 'WEBHOOK_URI is no setting of the app: did you mean WEBHOOK_URL?' },
    ]);
    expect(parse({ ...unknown, WEBHOOK_URL: 'https://contoso.com', CLIENT_STATE: 'x' }).notes).toEqual([]);
    expect(parse({ TABLES_CONECTION__clientId: 'an id' }).notes).toEqual([]);
  });

  test('open the console only where App Service Authentication guards the app, and say so otherwise', () => {
    const wanted = { CONSOLE_SIGN_IN: 'entra', CONSOLE_TENANT_ID: '0F4C1A52-6F0E-4D5C-9B61-3A5B6D9F0C11' };
    const open = parse({ ...wanted, WEBSITE_AUTH_ENABLED: 'True' });
    expect(open).toMatchObject({ console: { tenantId: '0f4c1a52-6f0e-4d5c-9b61-3a5b6d9f0c11' }, notes: [] });
    for (const WEBSITE_AUTH_ENABLED of [undefined, 'False', '1']) {
      const shut = parse({ ...wanted, WEBSITE_AUTH_ENABLED });
      expect(shut).toMatchObject({ console: undefined, notes: [{ code: 'ConsoleShut' }] });
    }
    expect(parse({ WEBSITE_AUTH_ENABLED: 'True' })).toMatchObject({ console: undefined, notes: [] });
  });

  test('say where notices go, and link to the console where there is one', () => {
    const names = {
      NOTIFY_SECRET: 'notices',
      NOTIFY_SIGNING_SECRET: 'notices-key',
      WEBSITE_HOSTNAME: 'app.contoso.com',
    };
    const console = { CONSOLE_SIGN_IN: 'entra', CONSOLE_TENANT_ID: '0f4c1a52-6f0e-4d5c-9b61-3a5b6d9f0c11' };
    const notices = { secret: 'notices', signingSecret: 'notices-key', consoleUrl: undefined };
    expect(parse(names).notices).toEqual(notices);
    expect(parse({ ...names, ...console, WEBSITE_AUTH_ENABLED: 'True' }).notices).toEqual({
      ...notices,
      consoleUrl: 'https://app.contoso.com/api/console',
    });
    expect(parse({ NOTIFY_SECRET: '', WEBSITE_HOSTNAME: 'app.contoso.com' }).notices).toBeUndefined();
  });

  test('connect by identity where a host is named', () => {
    const { tables, serviceBus } = parse({
      TABLES_CONNECTION: undefined,
      TABLES_CONNECTION__accountName: 'contosocontacts',
      TABLES_CONNECTION__credential: 'managedidentity',
      TABLES_CONNECTION__clientId: 'an id',
      ServiceBusConnection: '',
      ServiceBusConnection__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
    });
    expect(tables).toEqual({ host: 'contosocontacts', clientId: 'an id' });
    expect(serviceBus).toEqual({ host: 'contoso.servicebus.windows.net', clientId: undefined });
  });

  test('ask for no notifications without a webhook, whatever else there is', () => {
    expect(parse({ CLIENT_STATE: 'secret', KEY_VAULT_URL: 'https://contoso.vault.azure.net' }).notifications).toBe(
      undefined,
    );
  });

  test.each<[string, string]>([
    ['https://contoso.com', 'https://contoso.com'],
    ['https://contoso.com/', 'https://contoso.com'],
    ['https://contoso.com/contacts/sync/', 'https://contoso.com/contacts/sync'],
    ['http://127.0.0.1:7071', 'http://127.0.0.1:7071'],
    ['http://localhost:7071', 'http://localhost:7071'],
    ['http://[::1]:7071', 'http://[::1]:7071'],
  ])('take the webhook %s', (WEBHOOK_URL, webhookUrl) => {
    expect(parse({ WEBHOOK_URL, CLIENT_STATE: 'secret' }).notifications).toEqual({
      webhookUrl,
      clientState: { value: 'secret' },
    });
  });

  test('take the secret from the key vault where there is one', () => {
    const keyVaultUrl = 'https://contoso.vault.azure.net';
    const changes = { WEBHOOK_URL: 'https://contoso.com', CLIENT_STATE: 'secret', KEY_VAULT_URL: keyVaultUrl };
    expect(parse(changes).notifications?.clientState).toEqual({ keyVaultUrl });
  });

  test('connect by connection string where there is one', () => {
    const { tables } = parse({ TABLES_CONNECTION__accountName: 'contosocontacts' });
    expect(tables).toEqual({ connectionString: 'UseDevelopmentStorage=true' });
  });
});
