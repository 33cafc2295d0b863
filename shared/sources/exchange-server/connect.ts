import type { ExchangeConnection, ExchangeServer } from '../../ports/exchangeServer.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';

export type ExchangeAdapters = Pick<
  SourceAdapters<Connections>,
  'clock' | 'connections' | 'openExchangeServer' | 'probes' | 'readSecret'
>;

/** A list whose connection is not there is refused when the settings are parsed. */
export function connect(
  { connection: name }: ExchangeServerSettings,
  { connections, openExchangeServer }: Pick<ExchangeAdapters, 'connections' | 'openExchangeServer'>,
): ExchangeServer {
  return openExchangeServer(exchangeNamed(name, connections));
}

export function exchangeNamed(name: string, { usable }: Connections): ExchangeConnection {
  const connection = usable.get(name);
  if (connection?.kind !== 'exchangeServer') throw new Error(`There is no Exchange server "${name}" in CONNECTIONS`);
  return connection;
}
