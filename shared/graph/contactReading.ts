import * as z from 'zod';
import { type Contact, type ContactField, graphFields, isExtendedField } from '../domain/contact.ts';
import {
  type ContactMailbox,
  type FoundContact,
  GraphFailure,
  type SourceContact,
  type StampedContact,
  type Whereabouts,
} from '../ports/contactMailbox.ts';
import { expandExtended, expandStampAnd, readExtended, readExtendedFields } from './extendedFields.ts';
import { graphContactSchema, readContact, readFormerContact } from './graphContact.ts';
import { graphPath, type Query } from './links.ts';
import { guardPages, type Page, type RequestScope, readAllPages, readIfThere, readPage } from './requests.ts';
import { expandStamp, extendedPropertiesSchema, filterByStampKey, readStamp } from './stamps.ts';
import type { CompleteRows } from './wholeContacts.ts';

type ReadingMethods = Pick<
  ContactMailbox,
  'readChanges' | 'listContacts' | 'listExtended' | 'listAll' | 'listStamped' | 'findStamped' | 'getContact'
>;

const contactRow = graphContactSchema.extend({ id: z.string() });
const changeRow = contactRow.extend({ '@removed': z.unknown().optional() });
export const stampedRow = graphContactSchema.extend({
  id: z.string(),
  parentFolderId: z.string(),
  singleValueExtendedProperties: extendedPropertiesSchema,
});

export const extendedRow = z.object({ id: z.string(), singleValueExtendedProperties: extendedPropertiesSchema });

const selectContact = ['id', 'parentFolderId', ...graphFields];
/** A plain listing pages by ten unless asked; 999 is the most that Graph gives. */
const listingPage = { $top: 999 };
/** Delta has its page size in a header, and headers are not in its links. */
const deltaPage = { Prefer: 'odata.maxpagesize=200' };
export const withStamp = { $select: ['id', 'parentFolderId'], $expand: expandStamp };
const mostReadings = 6;

export function createContactReading(
  scope: RequestScope,
  mailboxId: string,
  completeRows: CompleteRows,
): ReadingMethods {
  const user = ['users', mailboxId];

  function contactsOf(folderId: string): string[] {
    return [...user, 'contactFolders', folderId, 'contacts'];
  }

  /** One project met a 400 for any option on a contact delta: then all properties are read. */
  async function readFirstDeltaPage(folderId: string): Promise<Page<z.infer<typeof changeRow>>> {
    const collection = [...contactsOf(folderId), 'delta'];
    try {
      return await readPage(scope, graphPath(collection, { $select: selectContact }), changeRow, deltaPage);
    } catch (error) {
      if (!(error instanceof GraphFailure) || error.kind !== 'refused' || error.status !== 400) throw error;
      return await readPage(scope, graphPath(collection), changeRow, deltaPage);
    }
  }

  async function readRows(
    folderId: string,
    query: Record<string, string | number | readonly string[]>,
    fields: readonly ContactField[] | undefined,
  ) {
    const path = graphPath(contactsOf(folderId), { ...queryOf(fields), ...listingPage, ...query });
    const { rows, pages } = await readAllPages(scope, path, stampedRow);
    return { rows: fields ? await completeRows(rows) : rows, pages };
  }

  async function readStamped(
    folderId: string,
    query: Record<string, string | number | readonly string[]>,
    fields: readonly ContactField[] | undefined,
  ) {
    const { rows, pages } = await readRows(folderId, query, fields);
    return {
      contacts: new Map(rows.flatMap(row => toStamped(row, fields)).map(contact => [contact.id, contact])),
      pages,
    };
  }

  return {
    async readChanges(folderId, deltaLink) {
      const rows = new Map<string, z.infer<typeof changeRow>>();
      const guard = guardPages();
      let page = deltaLink
        ? await readPage(scope, deltaLink, changeRow, deltaPage)
        : await readFirstDeltaPage(folderId);
      for (;;) {
        // The same id may come again: its last row counts.
        for (const row of page.rows) rows.set(row.id, row);
        if (page.delta !== undefined) {
          return { contacts: (await completeRows([...rows.values()])).map(toSource), deltaLink: page.delta };
        }
        if (page.next === undefined) throw new GraphFailure('unavailable', { status: 200, code: 'DeltaWithoutLink' });
        guard(page.next);
        page = await readPage(scope, page.next, changeRow, deltaPage);
      }
    },

    async listContacts(folderId) {
      const path = graphPath(contactsOf(folderId), { $select: selectContact, ...listingPage });
      const { rows } = await readAllPages(scope, path, contactRow);
      const byId = new Map(rows.map(row => [row.id, row]));
      return (await completeRows([...byId.values()])).map(toSource);
    },

    async listExtended(folderId, properties) {
      const query = { $select: ['id'], $expand: expandExtended(properties), ...listingPage };
      const { rows } = await readAllPages(scope, graphPath(contactsOf(folderId), query), extendedRow);
      return new Map(rows.map(row => [row.id, readExtended(row.singleValueExtendedProperties, properties)]));
    },

    async listAll(folderId, fields) {
      const { rows } = await readRows(folderId, {}, fields);
      return [...new Map(rows.map(row => [row.id, toFound(row, fields)])).values()];
    },

    async listStamped(folderId, fields) {
      let before: ReadonlySet<string> | undefined;
      for (let reading = 0; reading < mostReadings; reading += 1) {
        const { contacts, pages } = await readStamped(folderId, {}, fields);
        // Pages are cut by position: what comes or goes meanwhile shifts others over an edge.
        if (pages === 1 || (before && sameKeys(before, contacts))) return [...contacts.values()];
        before = new Set(contacts.keys());
      }
      throw new GraphFailure('unavailable', { status: 200, code: 'UnstableListing' });
    },

    async findStamped(folderId, stampKey, fields) {
      const { contacts } = await readStamped(folderId, { $filter: filterByStampKey(stampKey) }, fields);
      // Exchange may compare without case, but ids differ by case alone.
      return [...contacts.values()].filter(contact => contact.stamp.key === stampKey);
    },

    async getContact(contactId, fields) {
      const row = await readIfThere(scope, graphPath([...user, 'contacts', contactId], queryOf(fields)), stampedRow);
      return row && { ...toWhereabouts(row), ...(fields && { contact: contentOf(row, fields) }) };
    },
  };
}

function toSource(row: z.infer<typeof changeRow>): SourceContact {
  const { id } = row;
  if (row['@removed'] !== undefined) return { id, contact: null };
  const contact = readContact(row);
  const formerly = readFormerContact(row, contact);
  return { id, contact, ...(formerly && { formerly }) };
}

export function toFound(row: z.infer<typeof stampedRow>, fields: readonly ContactField[]): FoundContact {
  const { id, parentFolderId, singleValueExtendedProperties } = row;
  return { id, parentFolderId, stamp: readStamp(singleValueExtendedProperties), contact: contentOf(row, fields) };
}

export function toWhereabouts({
  parentFolderId,
  singleValueExtendedProperties,
}: z.infer<typeof stampedRow>): Whereabouts {
  const { key, version } = readStamp(singleValueExtendedProperties);
  return { parentFolderId, stamped: key !== undefined, ...(version !== undefined && { version }) };
}

/** None for a contact that is not ours. A version that is missing differs from every version we wrote. */
export function toStamped(
  row: z.infer<typeof stampedRow>,
  fields: readonly ContactField[] | undefined,
): StampedContact[] {
  const { key, version = '' } = readStamp(row.singleValueExtendedProperties);
  if (key === undefined) return [];
  const { id, parentFolderId } = row;
  return [{ id, parentFolderId, stamp: { key, version }, ...(fields && { contact: contentOf(row, fields) }) }];
}

/** What is asked for to read a stamp, with the content of these fields where some are named. */
export function queryOf(fields: readonly ContactField[] | undefined): Query {
  if (!fields) return withStamp;
  return { $select: selectContact, $expand: expandStampAnd(fields.filter(isExtendedField)) };
}

function contentOf(row: z.infer<typeof stampedRow>, fields: readonly ContactField[]): Contact {
  return { ...readContact(row), ...readExtendedFields(row.singleValueExtendedProperties, fields) };
}

function sameKeys(before: ReadonlySet<string>, now: ReadonlyMap<string, unknown>): boolean {
  return before.size === now.size && [...now.keys()].every(key => before.has(key));
}
