import { contactFields } from '../../domain/contact.ts';
import { differingFields, fingerprintFields } from '../../domain/fingerprint.ts';
import type { PinnedTo } from '../../domain/pin.ts';
import type { PreviewedOperation } from '../../domain/previewedOperation.ts';
import { type NoRollback, restore } from '../../domain/rollback.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { JournalChange } from '../../store/journalRows.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import { readHistory } from '../capture/index.ts';
import { asPinned } from '../rollouts/index.ts';
import type { Services } from '../services.ts';
import { type ListPreview, previewList } from '../trial/index.ts';
import type { RollbackGoal } from './findPosition.ts';
import { findPinnedTo } from './requestRollback.ts';

/** What happens to the list, by contact. */
type ChangedContact = Omit<PreviewedOperation, 'reason'>;

/** What a change of a whole list would do: to the list, and to all of its mailboxes together. */
export interface ListChange extends Omit<ListPreview, 'mailbox' | 'operations'> {
  /** Of a rollback: what the list would be again. */
  readonly position?: number;
  /** Of the list. `leftOut`: those that are private by now, or were forgotten. */
  readonly contacts: Readonly<Record<'added' | 'changed' | 'removed' | 'leftOut', number>>;
  readonly operations: readonly ChangedContact[];
}

/**
 * What a rollback would change. What carries it out is tried on rows whose writes are forgotten; so the preview cannot
 * say anything else than the rollback does.
 *
 * @throws DamagedRow
 */
export async function previewRollback(
  list: ContactList,
  goal: RollbackGoal,
  services: Services,
): Promise<{ readonly kind: 'possible'; readonly preview: ListChange } | NoRollback> {
  const found = await findPinnedTo(list.id, goal, services);
  if (found.kind !== 'possible') return found;
  const { to } = found;
  const partition = services.openListPartition(list.id);
  const tried = await tryChange(await asPinned(list, to, partition), services, trial => trial.pin(to));
  const leftOut = await countLeftOut(partition, to, services.clock.now());
  return { kind: 'possible', preview: { ...tried, position: to.position, contacts: { ...tried.contacts, leftOut } } };
}

/** What the source would change. Resolves with undefined for a list that is not pinned. @throws DamagedRow */
export async function previewUnpin(list: ContactList, services: Services): Promise<ListChange | undefined> {
  if (!(await services.openListPartition(list.id).readPin())) return undefined;
  return tryChange(list, services, partition => partition.unpin());
}

async function tryChange(
  list: ContactList,
  services: Services,
  change: (partition: ListPartition) => Promise<void>,
): Promise<ListChange> {
  const store = services.openTrialStore();
  const partition = store.openListPartition(list.id);
  const head = (await partition.readCheckpoint())?.checkpoint.head ?? 0;
  await change(partition);
  const totals = await previewList(list, { ...services, openTrialStore: () => store });
  const changes = lastOfEach(await partition.readChangesAfter(head));
  const held = totals.held > 0 ? (await partition.readSnapshot()).filter(row => decisionOn(row) === 'held') : [];
  const operations: ChangedContact[] = [
    ...changes.map(operationOf),
    ...held.map(({ sourceKey, contact }) => ({
      action: 'hold' as const,
      sourceKey,
      displayName: contact.displayName ?? null,
    })),
  ];
  const howMany = (action: string) => operations.filter(each => each.action === action).length;
  const contacts = { added: howMany('create'), changed: howMany('patch'), removed: howMany('delete'), leftOut: 0 };
  return { ...totals, contacts, operations };
}

function lastOfEach(changes: readonly JournalChange[]): JournalChange[] {
  return [...new Map(changes.map(change => [change.sourceKey, change])).values()];
}

function operationOf({ sourceKey, contact, before }: JournalChange): ChangedContact {
  const displayName = (contact ?? before?.contact)?.displayName ?? null;
  if (!contact) return { action: 'delete', sourceKey, displayName };
  if (!before) return { action: 'create', sourceKey, displayName };
  const fields = differingFields(contactFields, fingerprintFields(contact), fingerprintFields(before.contact));
  return { action: 'patch', sourceKey, displayName, fields };
}

async function countLeftOut(partition: ListPartition, to: PinnedTo, now: number): Promise<number> {
  const { checkpoint } = (await partition.readCheckpoint()) ?? {};
  if (!checkpoint) return 0;
  const history = await readHistory(partition, to, checkpoint, now);
  if (history.kind === 'untold') return 0;
  const rows = await partition.readSnapshot();
  return restore(history.contacts, new Map(rows.map(row => [row.sourceKey, row]))).leftOut;
}
