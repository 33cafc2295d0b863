import type * as z from 'zod';
import type { contactsPage } from '../../../shared/api/contacts.ts';
import { post } from './api.ts';

export type ContactsPage = z.infer<typeof contactsPage>;

export interface ContactQuestion {
  readonly text?: string;
  readonly removal?: 'held';
  readonly continuation?: string | undefined;
}

/** The longest that is looked for. */
const mostText = 200;

export function searchContacts(
  list: string,
  { text = '', ...question }: ContactQuestion,
  signal?: AbortSignal,
): Promise<ContactsPage> {
  const body = { text: text.slice(0, mostText), ...question };
  return post(`lists/${encodeURIComponent(list)}/contacts/search`, body, signal);
}
