import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { dotnet } from '../../infra/scripts/dotnet.ts';
import { type Services, startServices } from '../local/startServices.ts';
import { describeWithDotnet } from './withDotnet.ts';

const project = join(import.meta.dirname, 'clients/clients.csproj');

describeWithDotnet("Microsoft's clients for .NET find in the local services what they know of the cloud", () => {
  let services: Services;
  let webhook: Server;

  beforeAll(async () => {
    await dotnet('build', project, '--verbosity', 'quiet');
    services = await startServices({ ports: 'free', empty: true });
    webhook = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://webhook.example');
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(searchParams.get('validationToken'));
    });
    await new Promise<void>(resolve => webhook.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    webhook?.close();
    await services?.close();
  });

  async function runScenario(...args: readonly string[]): Promise<unknown> {
    return JSON.parse(await dotnet('run', '--project', project, '--no-build', '--', ...args));
  }

  test('Azure.Messaging.ServiceBus 7.21', async () => {
    const { ServiceBusConnection = '', SYNC_QUEUE = '' } = services.values;

    expect(await runScenario('serviceBus', ServiceBusConnection, SYNC_QUEUE)).toEqual({
      message: {
        peeked: 'first',
        MessageId: 'first',
        ContentType: 'application/json',
        CorrelationId: 'run-1',
        DeliveryCount: 1,
        Body: '{"list":"staff"}',
        ApplicationProperties: { text: 'a', number: 4711, truth: true, share: 0.5 },
        renewed: true,
        nothingLeft: true,
      },
      duplicate: 1,
      abandoned: { first: 1, second: 2, reason: 'busy' },
      deadLettered: {
        MessageId: 'poison',
        DeadLetterReason: 'Poison',
        DeadLetterErrorDescription: 'cannot be handled',
      },
      scheduled: { MessageId: 'scheduled', onTime: true },
      batch: { handled: 50, errors: 0 },
      lockLost: 'MessageLockLost',
      typed: true,
      bytes: 'MessageSizeExceeded',
      unknownQueue: 'MessagingEntityNotFound',
    });
  });

  test('Azure.Data.Tables 12.13', async () => {
    expect(await runScenario('tables', services.values.TABLES_CONNECTION ?? '')).toEqual({
      row: {
        text: 'Zoë',
        number: 4711,
        long: '9007199254740993',
        share: 0.5,
        truth: true,
        moment: true,
        bytes: 3,
        merged: { text: 'merged', number: 4711 },
      },
      refused: '412 UpdateConditionNotSatisfied',
      transaction: 100,
      rolledBack: { ErrorCode: 'EntityAlreadyExists', failed: 1, added: false },
      pages: [40, 40, 10],
      tooLarge: '400 PropertyValueTooLarge',
      tooEarly: '400 OutOfRangeInput',
      tooMany: '400 InvalidInput',
      missing: '404 ResourceNotFound',
    });
  });

  test('Microsoft.Graph 6.10', async () => {
    const { graphUrl } = services;
    const answer = await fetch(`${graphUrl}/_simulator/token?app=dotnet`);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const { port } = webhook.address() as AddressInfo;

    expect(await runScenario('graph', graphUrl, token, `http://127.0.0.1:${port}/`)).toEqual({
      user: { same: true, AccountEnabled: true },
      folders: ['Staff'],
      contact: {
        GivenName: 'Ada',
        Birthday: '1815-12-10',
        BusinessPhones: ['+44 20 1'],
        City: 'London',
        email: 'ada@contoso.example',
        Categories: ['Company'],
        patched: { DisplayName: 'Ada King', GivenName: 'Ada', sameId: true },
      },
      stamped: [{ DisplayName: 'Ada King', stamps: ['ada'] }],
      batch: { created: 25, refused: true },
      pages: { OdataCount: 26, read: 26, first: 'Ada King' },
      delta: { rows: 26, several: true, removed: true, changed: 'Countess', count: 2 },
      members: ['grace@contoso.example'],
      subscription: { renewedFor: 1, gone: '404 ResourceNotFound' },
      missing: '400 ErrorInvalidIdMalformed',
      unknownUser: '404 Request_ResourceNotFound',
    });
  });
});
