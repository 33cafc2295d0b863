import type { ChangeSet } from '../end-to-end/congress.ts';
import type { GraphDriver } from '../world/graphDriver.ts';
import type { Choices } from './choices.ts';
import { countOne, type Figures } from './figures.ts';
import type { Json, SourceContact, SourceModel } from './sourceModel.ts';

export interface SourceEditor {
  /** Puts contacts in, changes and removes them, as one of the directory's change sets says. */
  applyChangeSet(changed: ChangeSet['changed']): Promise<void>;
  /** One contact is changed, added, removed or moved to the list's other folder. */
  editAtRandom(): Promise<void>;
}

/** A change of these makes Graph put a new displayName together, which the model would have to imitate. */
const editedTexts = ['jobTitle', 'companyName', 'department', 'officeLocation', 'profession', 'businessHomePage'];
const cleared: Json = { businessPhones: [], homePhones: [], imAddresses: [], children: [], emailAddresses: [] };

/** The source as its admins keep it: through Graph, one request after the other, each noted in the model. */
export function openSourceEditor(
  graph: GraphDriver,
  source: { readonly mailbox: string; readonly folderIds: readonly string[] },
  model: SourceModel,
  choices: Choices,
  figures: Figures,
): SourceEditor {
  const { mailbox, folderIds } = source;
  let number = 0;
  return { applyChangeSet, editAtRandom };

  async function applyChangeSet(changed: ChangeSet['changed']): Promise<void> {
    const changes = Object.entries(changed);
    const added = changes.flatMap(([key, fields]) => (fields && !model.findByKey(key) ? [{ key, fields }] : []));
    const known = changes.flatMap(([key, fields]) => {
      const contact = model.findByKey(key);
      return contact ? [{ contact, fields }] : [];
    });
    await add(added);
    const at = Date.now();
    await graph.batch(
      known.map(({ contact, fields }) =>
        fields
          ? { method: 'PATCH', url: urlOf(contact.id), body: { ...without(contact.fields), ...toGraph(fields) } }
          : { method: 'DELETE', url: urlOf(contact.id) },
      ),
    );
    for (const { contact, fields } of known) {
      if (fields) model.change(contact.id, fields, at);
      else model.remove(contact.id);
    }
  }

  async function add(added: readonly { key: string; fields: Json }[]): Promise<void> {
    const folderId = choices.oneOf(folderIds) ?? '';
    const url = `/users/${mailbox}/contactFolders/${folderId}/contacts`;
    const at = Date.now();
    const rows = await graph.batch(added.map(({ fields }) => ({ method: 'POST', url, body: toGraph(fields) })));
    for (const [index, { key, fields }] of added.entries()) {
      model.add({ id: String(rows[index]?.id), key, fields, folderId }, at);
    }
  }

  async function editAtRandom(): Promise<void> {
    const kind = choices.weighted({ changed: 12, cleared: 2, added: 2, removed: 2, moved: 2 });
    const contact = choices.oneOf([...model.contacts.values()]);
    if (!contact) return;
    countOne(figures.sourceEdits, kind);
    if (kind === 'added') return addAtRandom(contact);
    if (kind === 'moved') return move(contact);
    const at = Date.now();
    if (kind === 'removed') {
      await graph.call('DELETE', urlOf(contact.id));
      model.remove(contact.id);
      return;
    }
    const changes = kind === 'cleared' ? clearedField(contact) : newValue();
    await graph.call('PATCH', urlOf(contact.id), toGraph(changes));
    model.change(contact.id, withoutUnset({ ...contact.fields, ...changes }), at);
  }

  async function addAtRandom(like: SourceContact): Promise<void> {
    number += 1;
    await add([{ key: `random-${number}`, fields: { ...like.fields, displayName: `Someone ${number}` } }]);
  }

  async function move(contact: SourceContact): Promise<void> {
    const folderId = choices.oneOf(folderIds.filter(id => id !== contact.folderId));
    if (folderId === undefined) return;
    await graph.control('POST', `/mailboxes/${mailbox}/moveContact`, { contactId: contact.id, folderId });
    contact.folderId = folderId;
  }

  /** Never a value that was there before, so that each state of a field tells its time. */
  function newValue(): Json {
    number += 1;
    const field = choices.weighted({ text: 6, phones: 2, address: 2, birthday: 1 });
    if (field === 'phones') return { businessPhones: [`202-555-${number}`, `202-556-${number}`] };
    if (field === 'address') {
      return { businessAddress: { street: `${number} Main Street`, city: 'Springfield', state: `State ${number}` } };
    }
    if (field === 'birthday') return { birthday: new Date(number * 86_400_000).toISOString().slice(0, 10) };
    const text = choices.oneOf(editedTexts) ?? '';
    return { [text]: `${text} ${number}` };
  }

  function clearedField({ fields }: SourceContact): Json {
    const field = choices.oneOf(editedTexts.filter(name => fields[name])) ?? 'jobTitle';
    return { [field]: null };
  }

  function urlOf(id: string): string {
    return `/users/${mailbox}/contacts/${id}`;
  }
}

/** Clears every field that the contact has. */
function without(fields: Json): Json {
  return Object.fromEntries(Object.keys(fields).map(name => [name, cleared[name] ?? null]));
}

function withoutUnset(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** One change set says only the year of a birthday, which Exchange refuses. */
function toGraph(fields: Json): Json {
  if (!('birthday' in fields)) return fields;
  const { birthday } = fields;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(String(birthday));
  return { ...fields, birthday: isDate ? `${birthday}T00:00:00Z` : null };
}
