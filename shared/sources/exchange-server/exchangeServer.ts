import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { browseFolders } from './browseFolders.ts';
import { openExchangeFolders } from './openExchangeFolders.ts';
import { testExchangeFolders } from './testExchangeFolders.ts';

/** Contact folders of a mailbox, or public folders, of an Exchange server on premises. */
export const exchangeServer: SourceKind<ExchangeServerSettings, Connections> = {
  identity: fingerprint,
  open: openExchangeFolders,
  test: testExchangeFolders,
  browse: browseFolders,
};
