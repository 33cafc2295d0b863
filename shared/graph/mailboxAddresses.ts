import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { chunksOf } from '../domain/chunks.ts';
import { hour } from '../domain/durations.ts';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { FindAddresses } from '../ports/mailboxAddresses.ts';
import { type BatchedAnswer, createBatches, mostRequests } from './batch.ts';
import type { GraphClient } from './client.ts';
import { batchUrl } from './links.ts';
import { openScope } from './requests.ts';

const mostKept = 20_000;
/** Milliseconds: an address changes rarely, and is only shown. */
const keptFor = hour;
const longestSearch = 3_000;
const batchesAtOnce = 4;

const userSchema = z.object({ mail: z.string().nullish(), userPrincipalName: z.string().nullish() });
const selectAddress = { $select: ['mail', 'userPrincipalName'] };

/**
 * Looks addresses up by the object id, in batches, and keeps them: to ask for many at once by `getByIds` would take the
 * permission Directory.Read.All, which the app has not. Who has none keeps none, too.
 */
export function createAddressFinder(client: GraphClient): FindAddresses {
  const kept = new LRUCache<string, { readonly address: string | undefined }>({ max: mostKept, ttl: keptFor });
  const sendBatch = createBatches(openScope(client, 'directory'));

  return async mailboxIds => {
    const ids = [...new Set(mailboxIds)];
    let isOver = false;
    const left = chunksOf(
      ids.filter(id => !kept.has(id)),
      mostRequests,
    ).values();
    const worker = async () => {
      for (const batch of left) if (isOver || !(await lookUp(batch))) return;
    };
    const search = Promise.all(Array.from({ length: batchesAtOnce }, worker));
    await Promise.race([search, client.clock.wait(longestSearch)]);
    isOver = true;
    return new Map(
      ids.flatMap(id => {
        const address = kept.get(id)?.address;
        return address === undefined ? [] : [[id, address] as const];
      }),
    );
  };

  /** False when the directory does not answer. */
  async function lookUp(ids: readonly string[]): Promise<boolean> {
    try {
      const answers = await sendBatch(ids.map(id => ({ method: 'GET', url: batchUrl(['users', id], selectAddress) })));
      for (const [index, id] of ids.entries()) keep(id, answers[index] ?? 'unanswered');
      return true;
    } catch (error) {
      if (error instanceof GraphFailure) return false;
      throw error;
    }
  }

  function keep(id: string, answer: BatchedAnswer): void {
    if (typeof answer === 'string') return;
    if (answer.status === 404) kept.set(id, { address: undefined });
    const user = userSchema.safeParse(answer.body);
    if (answer.status === 200 && user.success) {
      kept.set(id, { address: user.data.mail ?? user.data.userPrincipalName ?? undefined });
    }
  }
}
