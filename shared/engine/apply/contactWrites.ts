import { nextCategories } from '../../domain/categories.ts';
import type { Contact } from '../../domain/contact.ts';
import { withoutUnaddressed } from '../../domain/emailEntries.ts';
import type { WantedContact } from '../../domain/plan.ts';
import { stampKey } from '../../domain/stamp.ts';
import type { ContactWrite, WriteOutcome } from '../../ports/contactMailbox.ts';
import type { Execution, Pending, Task } from './execution.ts';
import { entryOf } from './recordOutcome.ts';

type Patch = ContactWrite & { kind: 'patch' };

/** What is sent for a task, or the outcome that it has already. */
export type Prepared = { readonly write: ContactWrite } | { readonly outcome: WriteOutcome };

/**
 * The writes of a batch. Categories are merged with what the user made of them, which is read just before: the one thing
 * that a patch reads, and only where categories change. A task whose contact cannot be read has its outcome by that.
 */
export async function prepareWrites(batch: readonly Pending[], execution: Execution): Promise<readonly Prepared[]> {
  const writes = batch.map(item => ({ task: item.task, write: writeOf(item, execution) }));
  const merged = writes.map(({ write }) => write).filter(writesCategories);
  if (merged.length === 0) return writes;
  const present = await execution.mailbox.readCategories(merged.map(({ contactId }) => contactId));
  await execution.lease.outlastRequest();
  return writes.map(({ task, write }): Prepared => {
    if (!writesCategories(write)) return { write };
    const read = present[merged.indexOf(write)] ?? { kind: 'notTried' };
    return 'kind' in read ? { outcome: read } : { write: withMergedCategories(write, read, task, execution) };
  });
}

function writesCategories(write: ContactWrite): write is Patch {
  return write.kind === 'patch' && write.fields.includes('categories');
}

/**
 * Those that are as they should be are not sent: a category that the user gives meanwhile would be lost to them, and no
 * request to Graph can name the state that it was made for (facts 1: ETag).
 */
function withMergedCategories(write: Patch, present: readonly string[], task: Task, execution: Execution): Patch {
  const { categories: wanted = [], ...others } = write.contact;
  const categories = nextCategories(entryOf(task, execution), present, wanted);
  if (isSame(categories, present)) {
    return { ...write, contact: others, fields: write.fields.filter(field => field !== 'categories') };
  }
  const contact: Contact = categories.length > 0 ? { ...others, categories } : others;
  return { ...write, contact };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}

function writeOf({ task, omission }: Pending, { list, folderId }: Execution): ContactWrite {
  switch (task.action) {
    case 'create': {
      const stamp = { key: stampKey(list.id, task.sourceKey), version: task.wanted.version };
      return { kind: 'create', folderId, contact: contactOf(task.wanted, omission), stamp };
    }
    case 'patch': {
      const { contactId, fields, wanted } = task;
      return { kind: 'patch', contactId, contact: contactOf(wanted, omission), fields, version: wanted.version };
    }
    case 'unstamp':
      return { kind: 'unstamp', contactId: task.contactId };
    case 'delete':
    case 'deleteDuplicate':
      return { kind: 'delete', contactId: task.contactId };
  }
}

function contactOf({ contact }: WantedContact, omission: string | undefined): Contact {
  return (omission === undefined ? undefined : withoutUnaddressed(contact)) ?? contact;
}
