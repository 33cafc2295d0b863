import type { FaultRule } from '../local/graph-simulator/faults.ts';
import type { GraphDriver } from '../world/graphDriver.ts';
import type { Choices } from './choices.ts';
import { countOne, type Figures } from './figures.ts';

/** What the services call an app without a client id of its own. */
export const productApp = 'contact-folder-sync';

type Fault = FaultRule['fault'];

const kinds = {
  throttled: ({ between }) => ({ status: 429, code: 'ApplicationThrottled', retryAfter: between(1, 3) }),
  throttledLong: () => ({ status: 429, code: 'ApplicationThrottled', retryAfter: 5 }),
  unavailable: () => ({ status: 503, code: 'ErrorServerBusy' }),
  internalError: () => ({ status: 500, code: 'ErrorInternalServerError' }),
  cut: () => ({ cut: true }),
  doneButUnavailable: () => ({ status: 503, code: 'ErrorServerBusy', commit: true }),
  doneButCut: () => ({ cut: true, commit: true }),
  slow: ({ between }) => ({ delayMilliseconds: between(2100, 2900) }),
} satisfies Record<string, (choices: Choices) => Fault>;

const names = Object.keys(kinds) as (keyof typeof kinds)[];

/** Replaces the faults that the app meets by others. */
export async function changeFaults(graph: GraphDriver, choices: Choices, figures: Figures): Promise<void> {
  await clearFaults(graph);
  for (let left = choices.between(0, 3); left > 0; left--) {
    const name = choices.oneOf(names) ?? 'throttled';
    await graph.control('POST', '/faults', { match: chooseRequests(name, choices), fault: kinds[name](choices) });
    countOne(figures.faultRules, name);
  }
}

export async function clearFaults(graph: GraphDriver): Promise<void> {
  await graph.control('DELETE', '/faults');
}

function chooseRequests(name: keyof typeof kinds, choices: Choices): FaultRule['match'] {
  const app = productApp;
  // A fourth slow request would fill a mailbox's slots and delay those behind it beyond the grace.
  if (name === 'slow') return { app, share: 0.05, times: 3 };
  const share = choices.between(5, 50) / 1000;
  const requests = choices.weighted({ any: 5, writes: 3, envelopes: 1, source: 1 });
  if (requests === 'envelopes') return { app, path: '^/\\$batch', share: 0.1 };
  if (requests === 'source') return { app, path: '/delta', share: 0.5 };
  if (requests === 'any') return { app, share };
  return { app, method: choices.oneOf(['POST', 'PATCH', 'DELETE']) ?? 'PATCH', share };
}
