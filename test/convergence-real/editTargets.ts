import type { GraphDriver } from '../world/graphDriver.ts';
import type { Choices } from './choices.ts';
import { countOne, type Figures } from './figures.ts';
import type { Json } from './sourceModel.ts';
import { expandStamp, privateFolder, sourceKeyOf, targetFolder } from './targetRows.ts';
import { inMailbox, type UserModel } from './userModel.ts';

/** The list's mapping leaves personalNotes to the users; the others it writes. */
const editedFields = ['jobTitle', 'companyName', 'officeLocation', 'profession', 'nickName', 'personalNotes'];

/** What users do in the list's folder of their mailboxes; what was done is noted in the model. */
export function openUsers(
  graph: GraphDriver,
  mailboxes: readonly string[],
  isInLedger: (mailbox: string, contactId: string) => Promise<boolean>,
  countSource: () => number,
  model: UserModel,
  choices: Choices,
  figures: Figures,
): { actAtRandom(): Promise<void> } {
  const folders = new Map<string, string>();
  let number = 0;
  return { actAtRandom };

  async function actAtRandom(): Promise<void> {
    const mailbox = choices.oneOf(mailboxes) ?? '';
    const folderId = await findFolder(mailbox);
    if (folderId === undefined) return;
    number += 1;
    const kind = choices.weighted({ edited: 12, deleted: 3, moved: 2, addedOwn: 3 });
    if (kind === 'addedOwn') {
      const body = { displayName: `Friend ${number}`, businessPhones: ['555-0100'] };
      const row = await graph.call('POST', `/users/${mailbox}/contactFolders/${folderId}/contacts`, body);
      model.own.set(inMailbox(mailbox, String(row.id)), String(row['@odata.etag']));
      countOne(figures.userEdits, kind);
      return;
    }
    const row = await pickContact(mailbox, folderId);
    const sourceKey = row && sourceKeyOf(row);
    if (sourceKey === undefined) return;
    try {
      if (await act(kind, mailbox, String(row?.id), sourceKey)) countOne(figures.userEdits, kind);
    } catch (error) {
      // The app has removed it meanwhile.
      if (!String(error).includes('answered 404')) throw error;
    }
  }

  /** Whether it was done. */
  async function act(
    kind: 'edited' | 'deleted' | 'moved',
    mailbox: string,
    id: string,
    sourceKey: string,
  ): Promise<boolean> {
    const url = `/users/${mailbox}/contacts/${id}`;
    const contact = inMailbox(mailbox, id);
    if (kind === 'deleted') {
      await graph.call('DELETE', url);
      model.removals.set(inMailbox(mailbox, sourceKey), Date.now());
      return true;
    }
    if (kind === 'moved') {
      // One whose creation nobody has heard of yet is looked for in our folder only.
      if (!(await isInLedger(mailbox, id))) return false;
      const folderId = await graph.addFolder(mailbox, privateFolder);
      await graph.control('POST', `/mailboxes/${mailbox}/moveContact`, { contactId: id, folderId });
      model.moved.add(contact);
      return true;
    }
    const field = choices.oneOf(editedFields) ?? '';
    const value = `of the user ${number}`;
    await graph.call('PATCH', url, { [field]: value });
    const edits = model.edits.get(contact) ?? new Map();
    model.edits.set(contact, edits.set(field, { value, at: Date.now() }));
    return true;
  }

  async function findFolder(mailbox: string): Promise<string | undefined> {
    const folderId = folders.get(mailbox) ?? (await graph.findFolder(mailbox, targetFolder));
    if (folderId !== undefined) folders.set(mailbox, folderId);
    return folderId;
  }

  async function pickContact(mailbox: string, folderId: string): Promise<Json | undefined> {
    const skip = choices.between(0, Math.max(0, countSource() - 1));
    const path = `/users/${mailbox}/contactFolders/${folderId}/contacts?$top=1&$skip=${skip}&$select=id&${expandStamp}`;
    const { value } = await graph.call<{ value: Json[] }>('GET', path);
    return value[0];
  }
}
