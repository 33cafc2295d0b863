import { SourceFailure } from '../../ports/contactSource.ts';
import { ExchangeFailure } from '../../ports/exchangeServer.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { describeExchangeFailure } from './describeFailure.ts';

/** @throws SourceFailure in the place of what Exchange answered */
export async function asSourceFailure<Value>(
  settings: ExchangeServerSettings,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    throw new SourceFailure([describeExchangeFailure(error, settings)], { cause: error });
  }
}
