import { type ChangePreview, mostOperations } from '../../api/rollback.ts';
import { contactFields } from '../../domain/contact.ts';
import { differingFields, fingerprintFields } from '../../domain/fingerprint.ts';
import type { PinnedTo } from '../../domain/pin.ts';
import { type NoRollback, restore } from '../../domain/rollback.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { JournalChange } from '../../store/journalRows.ts';
import type { Source } from '../../store/sources.ts';
import { openStore } from '../../store/store.ts';
import { readHistory } from '../capture/readHistory.ts';
import { asPinned } from '../rollouts/index.ts';
import type { Services } from '../services.ts';
import { previewList } from '../trial/index.ts';
import type { RollbackGoal } from './findPosition.ts';
import { findPinnedTo } from './requestRollback.ts';

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
): Promise<{ readonly kind: 'possible'; readonly preview: ChangePreview } | NoRollback> {
  const found = await findPinnedTo(list.id, goal, services);
  if (found.kind !== 'possible') return found;
  const { to } = found;
  const source = services.openSource(list.id);
  const tried = await tryChange(await asPinned(list, to, source), services, trial => trial.pin(to));
  const leftOut = await countLeftOut(source, to, services.clock.now());
  return { kind: 'possible', preview: { ...tried, position: to.position, contacts: { ...tried.contacts, leftOut } } };
}

/** What the source would change. Resolves with undefined for a list that is not pinned. @throws DamagedRow */
export async function previewUnpin(list: ContactList, services: Services): Promise<ChangePreview | undefined> {
  if (!(await services.openSource(list.id).readPin())) return undefined;
  return tryChange(list, services, source => source.unpin());
}

async function tryChange(
  list: ContactList,
  services: Services,
  change: (source: Source) => Promise<void>,
): Promise<ChangePreview> {
  const tables = services.openTrialTables();
  const source = openStore(tables, () => 'trial').openSource(list.id);
  const head = (await source.readCheckpoint())?.checkpoint.head ?? 0;
  await change(source);
  const totals = await previewList(list, { ...services, openTrialTables: () => tables });
  const changes = lastOfEach(await source.readChangesAfter(head));
  const held = totals.held > 0 ? (await source.readSnapshot()).filter(row => decisionOn(row) === 'held') : [];
  const operations = [
    ...changes.map(operationOf),
    ...held.map(({ sourceKey, contact }) => ({
      action: 'hold' as const,
      sourceKey,
      displayName: contact.displayName ?? null,
    })),
  ];
  const howMany = (action: string) => operations.filter(each => each.action === action).length;
  const contacts = { added: howMany('create'), changed: howMany('patch'), removed: howMany('delete'), leftOut: 0 };
  return { ...totals, contacts, operations: operations.slice(0, mostOperations) };
}

function lastOfEach(changes: readonly JournalChange[]): JournalChange[] {
  return [...new Map(changes.map(change => [change.sourceKey, change])).values()];
}

function operationOf({ sourceKey, contact, before }: JournalChange): ChangePreview['operations'][number] {
  const displayName = (contact ?? before?.contact)?.displayName ?? null;
  if (!contact) return { action: 'delete', sourceKey, displayName };
  if (!before) return { action: 'create', sourceKey, displayName };
  const fields = differingFields(contactFields, fingerprintFields(contact), fingerprintFields(before.contact));
  return { action: 'patch', sourceKey, displayName, fields };
}

async function countLeftOut(source: Source, to: PinnedTo, now: number): Promise<number> {
  const { checkpoint } = (await source.readCheckpoint()) ?? {};
  if (!checkpoint) return 0;
  const history = await readHistory(source, to, checkpoint, now);
  if (history.kind === 'untold') return 0;
  const rows = await source.readSnapshot();
  return restore(history.contacts, new Map(rows.map(row => [row.sourceKey, row]))).leftOut;
}
