import { chunksOf } from '../../domain/chunks.ts';
import type { Contact } from '../../domain/contact.ts';
import {
  type ExchangeFailure,
  type ExchangeFailureKind,
  type ExchangeRoute,
  type ExchangeServer,
  mostContactsAtOnce,
} from '../../ports/exchangeServer.ts';

export interface ContactsRead {
  /** By item id. */
  readonly found: ReadonlyMap<string, Contact>;
  readonly notFound: ReadonlySet<string>;
  /** Contacts that Exchange does not give, with its reason. */
  readonly unread: ReadonlyMap<string, ExchangeFailure>;
}

/** The fault of one contact, which holds up no other. */
const ownFaults: readonly ExchangeFailureKind[] = ['accessDenied', 'refused'];

/** @throws ExchangeFailure */
export async function readContacts(
  server: ExchangeServer,
  ids: readonly string[],
  route: ExchangeRoute,
): Promise<ContactsRead> {
  const found = new Map<string, Contact>();
  const notFound = new Set<string>();
  const unread = new Map<string, ExchangeFailure>();
  for (const chunk of chunksOf(ids, mostContactsAtOnce)) {
    const answers = await server.getContacts(chunk, route);
    for (const [index, answer] of answers.entries()) {
      const id = chunk[index] ?? '';
      if ('contact' in answer) found.set(id, answer.contact);
      else if (answer.failure.kind === 'notFound') notFound.add(id);
      else if (ownFaults.includes(answer.failure.kind)) unread.set(id, answer.failure);
      else throw answer.failure;
    }
  }
  return { found, notFound, unread };
}
