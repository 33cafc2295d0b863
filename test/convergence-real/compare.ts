import { contentOf } from '../world/contactRows.ts';
import type { GraphDriver } from '../world/graphDriver.ts';
import type { Figures } from './figures.ts';
import { isSame, type Json, mayHaveBeenWritten, type SourceContact, wantedOf } from './sourceModel.ts';
import { privateFolder, readFolder, sourceKeyOf, targetFolder } from './targetRows.ts';
import { inMailbox, type UserModel } from './userModel.ts';

/**
 * Compares every mailbox with what the source holds and with what its user may keep.
 *
 * @param source by source key
 */
export async function compareAll(
  graph: GraphDriver,
  mailboxes: readonly string[],
  source: ReadonlyMap<string, SourceContact>,
  users: UserModel,
  figures: Figures,
): Promise<void> {
  for (const mailbox of mailboxes) await compareMailbox(graph, mailbox, source, users, figures);
  for (const contact of users.own.keys()) {
    // What is left of them was not found in the mailbox that the name begins with.
    figures.violations.push({ code: 'OWN', detail: `own contact is gone or changed: ${contact}` });
  }
}

async function compareMailbox(
  graph: GraphDriver,
  mailbox: string,
  source: ReadonlyMap<string, SourceContact>,
  users: UserModel,
  figures: Figures,
): Promise<void> {
  const { violations } = figures;
  const inFolder = await readFolder(graph, mailbox, targetFolder);
  const inPrivate = await readFolder(graph, mailbox, privateFolder);
  const copies = new Map<string, Json[]>();
  for (const row of [...inFolder, ...inPrivate]) {
    const sourceKey = sourceKeyOf(row);
    if (sourceKey === undefined) settleOwn(row, mailbox, users, figures);
    else copies.set(sourceKey, [...(copies.get(sourceKey) ?? []), row]);
  }
  for (const [sourceKey, rows] of copies) {
    const detail = `${sourceKey} in ${mailbox}`;
    if (rows.length > 1) violations.push({ code: 'DOUBLED', detail: `${detail}: ${rows.map(idAndFolder).join(', ')}` });
    if (!source.has(sourceKey)) violations.push({ code: 'LEFTOVER', detail });
  }
  for (const row of inPrivate) {
    if (!users.moved.has(inMailbox(mailbox, String(row.id)))) {
      violations.push({ code: 'FOLDER', detail: `${row.id} in ${mailbox} was not moved there by the user` });
    }
  }
  for (const contact of source.values()) {
    figures.contactsCompared += 1;
    const copy = copies.get(contact.id)?.[0];
    if (copy) compareContact(mailbox, contact, copy, users, figures);
    else if (mayBeAbsent(mailbox, contact, users)) figures.keptForUsers += 1;
    else violations.push({ code: 'LOST', detail: `${contact.id} in ${mailbox}` });
  }
  figures.mailboxesCompared += 1;
}

function settleOwn(row: Json, mailbox: string, users: UserModel, figures: Figures): void {
  const contact = inMailbox(mailbox, String(row.id));
  const etag = users.own.get(contact);
  if (etag === undefined) {
    figures.violations.push({ code: 'UNSTAMPED', detail: `${row.id} in ${mailbox} has no stamp` });
    return;
  }
  if (etag !== row['@odata.etag']) return;
  users.own.delete(contact);
  figures.ownContacts += 1;
}

/** A user may go without a contact as long as the source did not change it after they deleted it. */
function mayBeAbsent(mailbox: string, contact: SourceContact, users: UserModel): boolean {
  const at = users.removals.get(inMailbox(mailbox, contact.id));
  return at !== undefined && mayHaveBeenWritten(contact, at);
}

function compareContact(mailbox: string, contact: SourceContact, copy: Json, users: UserModel, figures: Figures): void {
  const { violations } = figures;
  const edits = users.edits.get(inMailbox(mailbox, String(copy.id)));
  const wanted = wantedOf(contact);
  const { personalNotes, ...found } = contentOf(copy);
  const place = `${contact.id} (${copy.id}) in ${mailbox}`;
  let kept = false;
  for (const field of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    if (isSame(found[field], wanted[field])) continue;
    const edit = edits?.get(field);
    const isUsers = edit && isSame(found[field], edit.value) && mayHaveBeenWritten(contact, edit.at, field);
    if (isUsers) kept = true;
    else violations.push({ code: 'STALE', detail: `${field} of ${place}` });
  }
  if (!isSame(personalNotes, edits?.get('personalNotes')?.value)) {
    violations.push({ code: 'USERFIELD', detail: `personalNotes of ${place}, which the list does not write` });
  }
  if (kept) figures.keptForUsers += 1;
}

function idAndFolder({ id, parentFolderId }: Json): string {
  return `${id} (folder ${parentFolderId})`;
}
