import { stampKey } from '../../domain/stamp.ts';
import type { ContactWrite, WriteOutcome } from '../../ports/contactMailbox.ts';
import { prepareAdopted, readPresent } from './adoptedWrites.ts';
import type { Execution, Pending, Task } from './execution.ts';
import { withMergedCategories } from './mergedCategories.ts';
import { withoutOmitted } from './omissions.ts';
import { entryOf } from './recordOutcome.ts';

type Patch = ContactWrite & { kind: 'patch' };

/** What is sent for a task, or the outcome that it has already. */
export type Prepared = { readonly write: ContactWrite } | { readonly outcome: WriteOutcome };

interface Merging {
  readonly merging: Patch;
  readonly task: Task;
}

/**
 * The writes of a batch. Categories are merged with what the user made of them, which is read just before: the one thing
 * that a patch reads, and only where categories change. A task whose contact cannot be read has its outcome by that.
 */
export async function prepareWrites(batch: readonly Pending[], execution: Execution): Promise<readonly Prepared[]> {
  const adopted = await readPresent(batch, execution);
  const prepared = await Promise.all(
    batch.map(async (item): Promise<Prepared | Merging> => {
      const present = adopted.get(item);
      if (present) return prepareAdopted(present, item.omission, execution);
      const write = writeOf(item, execution);
      return writesCategories(write) ? { merging: write, task: item.task } : { write };
    }),
  );
  // What is taken from the user is noted before it is overwritten.
  if (adopted.size > 0) await execution.ledger.commit();
  const present = await readCategories(prepared, execution);
  return prepared.map((each): Prepared => {
    if (!('merging' in each)) return each;
    const read = present.get(each) ?? { kind: 'notTried' };
    if ('kind' in read) return { outcome: read };
    const { merging, task } = each;
    return { write: { ...merging, ...withMergedCategories(merging, entryOf(task, execution), read, isSame) } };
  });
}

async function readCategories(
  prepared: readonly (Prepared | Merging)[],
  { target: { mailbox, lease } }: Execution,
): Promise<ReadonlyMap<Merging, readonly string[] | WriteOutcome>> {
  const merged = prepared.filter(each => 'merging' in each);
  if (merged.length === 0) return new Map();
  const present = await mailbox.readCategories(merged.map(({ merging }) => merging.contactId));
  await lease.outlastRequest();
  return new Map(merged.flatMap((each, index) => (present[index] ? [[each, present[index]]] : [])));
}

function writesCategories(write: ContactWrite): write is Patch {
  return write.kind === 'patch' && write.fields.includes('categories');
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}

function writeOf({ task, omission }: Pending, { assignment: { list }, folderId }: Execution): ContactWrite {
  switch (task.action) {
    case 'create': {
      const stamp = { key: stampKey(list.id, task.sourceKey), version: task.wanted.version };
      return { kind: 'create', folderId, contact: withoutOmitted(task.wanted.contact, omission), stamp };
    }
    case 'patch': {
      const { contactId, fields, wanted } = task;
      return {
        kind: 'patch',
        contactId,
        contact: withoutOmitted(wanted.contact, omission),
        fields,
        version: wanted.version,
      };
    }
    case 'adopt': {
      const { contactId, fields, wanted } = task;
      const key = stampKey(list.id, task.sourceKey);
      const contact = withoutOmitted(wanted.contact, omission);
      return { kind: 'patch', contactId, contact, fields, version: wanted.version, key };
    }
    case 'unstamp':
    case 'giveBack':
      return { kind: 'unstamp', contactId: task.contactId, contact: {}, fields: [] };
    case 'delete':
    case 'deleteDuplicate':
      return { kind: 'delete', contactId: task.contactId, ...(list.removals === 'deleteForGood' && { forGood: true }) };
  }
}
