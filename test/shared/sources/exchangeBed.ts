import { entryLimits } from '../../../shared/domain/entryLimits.ts';
import { exchangeServers } from '../../../shared/ews/exchangeServer.ts';
import { openHostProbe } from '../../../shared/http/hostProbe.ts';
import type { ContactSource } from '../../../shared/ports/contactSource.ts';
import { SecretUnavailable } from '../../../shared/ports/secrets.ts';
import { parseConnections } from '../../../shared/settings/connections.ts';
import { sourceSettings } from '../../../shared/settings/sourceSettings.ts';
import { openContactSource, type SourceAdapters } from '../../../shared/sources/index.ts';
import { startExchangeServer } from '../../local/exchange-server/index.ts';
import { memorySourceAdapters } from '../../memory/adapters.ts';
import { createTestClock } from '../../memory/clock.ts';
import { createMemoryGraph } from '../../memory/graph.ts';

const mailbox = 'directory@contoso.example';
const user = 'CONTOSO\\reader';
const password = 'pa&ss:w\u00f6rd';

export type ExchangeBed = Awaited<ReturnType<typeof makeExchangeBed>>;

/** A server with a mailbox, and sources of it by a connection that trusts its authority. */
export async function makeExchangeBed() {
  const server = await startExchangeServer({ user, password, mailbox });
  const { mailboxes } = server;
  const { root, contacts } = mailboxes.addMailbox(mailbox);
  const clock = createTestClock(1_700_000_000_000);
  const secrets: Record<string, string> = { reader: password, ca: server.ca, wrong: 'wrong' };

  return {
    server,
    mailboxes,
    clock,
    root,
    contacts,
    secrets,
    adapters,
    open: (changes: object = {}, connection: object = {}): ContactSource =>
      openContactSource(settingsOf(changes), adapters(connection)),
    openHidingPrivate: (): ContactSource =>
      openContactSource(settingsOf({}), adapters(), { extended: ['sensitivity'], entries: entryLimits }),
    settingsOf,
    close: () => server.close(),
  };

  function settingsOf(changes: object) {
    return sourceSettings.parse({
      kind: 'exchangeServer',
      connection: 'onprem',
      mailbox,
      folders: ['contacts'],
      ...changes,
    });
  }

  function adapters(connection: object = {}): SourceAdapters {
    const onprem = { kind: 'exchangeServer', url: server.url, user, passwordSecret: 'reader', caSecret: 'ca' };
    const connections = parseConnections(JSON.stringify({ onprem: { ...onprem, ...connection } }));
    if (typeof connections === 'string') throw new Error(connections);
    const readSecret = async (name: string) => {
      const value = secrets[name];
      if (value === undefined) throw new SecretUnavailable(name, 'SecretNotFound');
      return value;
    };
    const memory = memorySourceAdapters(createMemoryGraph(), clock);
    return {
      ...memory,
      connections,
      readSecret,
      probes: { ...memory.probes, hosts: openHostProbe() },
      openExchangeServer: exchangeServers(readSecret, { wait: async () => {} }),
    };
  }
}
