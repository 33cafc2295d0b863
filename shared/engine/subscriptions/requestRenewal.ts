import type { RenewalMessage } from '../messages.ts';
import type { Services } from '../services.ts';

/** Asks for a look at a list's subscriptions; `now`: at those that are not due either. */
export async function requestRenewal(
  list: string,
  now: boolean,
  { newId, captureQueue }: Pick<Services, 'newId' | 'captureQueue'>,
): Promise<void> {
  const body: RenewalMessage = { kind: 'renewSubscriptions', list, now };
  await captureQueue.send([{ id: `${list}:renewal:${newId()}`, body }]);
}
