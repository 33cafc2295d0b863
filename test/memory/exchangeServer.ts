import type { Contact } from '../../shared/domain/contact.ts';
import {
  type ContactAnswer,
  ExchangeFailure,
  type ExchangeFolder,
  type ExchangeServer,
} from '../../shared/ports/exchangeServer.ts';
import type { SourceRows } from './sourceRows.ts';

const folder: ExchangeFolder = {
  id: 'ews-folder',
  displayName: 'Contacts',
  folderClass: 'IPF.Contact',
  items: 0,
  childFolders: 0,
};

/** An Exchange server with the default contact folder of one mailbox, which tells two changes at a time. */
export function openMemoryExchangeServer(items: SourceRows<Contact>): ExchangeServer {
  return {
    counts: () => ({ requests: 0, roundTrips: 0 }),
    childFolders: async () => [folder],
    getFolder: async () => folder,
    async syncItems(_, state) {
      if (items.failure) throw items.failure;
      const { since, done } = readState(state);
      const keys = since === '' ? [...items.rows.keys()] : items.changedSince(since);
      if (!keys) throw new ExchangeFailure('syncStateDead', 'ErrorInvalidSyncStateData');
      const page = keys.slice(done, done + 2);
      const complete = done + 2 >= keys.length;
      return {
        changed: page.filter(id => items.rows.has(id)).map(id => ({ id, changeKey: '1' })),
        removed: page.filter(id => !items.rows.has(id)),
        state: complete ? JSON.stringify({ since: items.token(), done: 0 }) : JSON.stringify({ since, done: done + 2 }),
        complete,
      };
    },
    listItems: unserved,
    async getContacts(ids) {
      if (items.isBroken) throw new ExchangeFailure('unreadable', 'IncompleteAnswer');
      return ids.map((id): ContactAnswer => {
        const contact = items.rows.get(id);
        return contact
          ? { contact, phonesLeftOut: 0 }
          : { failure: new ExchangeFailure('notFound', 'ErrorItemNotFound') };
      });
    },
    findHierarchyRoute: unserved,
    findContentRoute: unserved,
  };
}

function readState(state: string | undefined): { readonly since: string; readonly done: number } {
  if (state === undefined) return { since: '', done: 0 };
  try {
    return JSON.parse(state);
  } catch {
    throw new ExchangeFailure('syncStateDead', 'ErrorInvalidSyncStateData');
  }
}

function unserved(): Promise<never> {
  return Promise.reject(new Error('there are no public folders here'));
}
