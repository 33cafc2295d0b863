import type { Step } from './draft/faults.ts';
import { hrefOf } from './place.ts';

export type ListTab = 'settings' | 'contacts' | 'mailboxes' | 'preview' | 'proof' | 'connection';

/** Where everything is, so that a number can lead to what is behind it. */
export const links = {
  overview: hrefOf([]),
  lists: hrefOf(['lists']),
  findMailbox: hrefOf(['mailboxes']),
  problems: hrefOf(['problems']),
  holds: hrefOf(['holds']),
  runs: hrefOf(['runs']),
  mine: hrefOf(['mine']),
  audit: (query: { readonly list?: string; readonly action?: string } = {}) => hrefOf(['audit'], query),
  list: (id: string, tab?: ListTab, query: Record<string, string | undefined> = {}) =>
    hrefOf(['lists', id, ...(tab ? [tab] : [])], query),
  proof: (id: string, run: string) => hrefOf(['lists', id, 'proof'], { run }),
  mailbox: (id: string, contact?: string) => hrefOf(['mailboxes', id], { contact }),
  run: (id: string) => hrefOf(['runs', id]),
  /** @param id empty for a new list */
  edit: (id: string, step?: Step) => hrefOf(['edit', ...(id ? [id] : [])], { step }),
};
