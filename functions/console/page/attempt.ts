import { useSignal } from '@preact/signals';
import { type ApiFailure, asFailure } from './api.ts';

/** What somebody starts and waits for: whether it is under way, and how it failed last. */
export function useAttempt() {
  const busy = useSignal(false);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  return { busy, failure, attempt };

  async function attempt(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = asFailure(error);
    } finally {
      busy.value = false;
    }
  }
}
