import { whyPlanned } from '../../domain/planReasons.ts';
import type { PreviewedOperation } from '../../domain/previewedOperation.ts';
import type { Reason } from '../../domain/reason.ts';
import { GraphFailure, type StampedContact } from '../../ports/contactMailbox.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { PlannedFrom } from '../apply/index.ts';
import type { TrialMailbox, TrialWrite } from './trialMailbox.ts';
import type { TriedMailbox } from './trialSync.ts';

/** What a contact is called: at the source, or in the mailbox when the source does not have it any more. */
export type NameOf = (sourceKey: string, contactId?: string) => string | null;

export async function nameContacts(
  { mailbox, before, result }: TriedMailbox,
  snapshot: readonly SnapshotContact[],
): Promise<NameOf> {
  const atSource = new Map(snapshot.map(({ sourceKey, contact }) => [sourceKey, contact.displayName]));
  const folder = result.checkpoint.folder ?? before?.folder;
  const listed = folder ? await readIfPossible(mailbox, folder.id) : [];
  const inMailbox = new Map(listed.map(({ id, contact }) => [id, contact?.displayName]));
  return (sourceKey, contactId) => atSource.get(sourceKey) ?? inMailbox.get(contactId ?? '') ?? null;
}

/** A mailbox that does not answer has its problem in the result already. */
async function readIfPossible(mailbox: TrialMailbox, folderId: string): Promise<readonly StampedContact[]> {
  try {
    return await mailbox.readStamped(folderId);
  } catch (error) {
    if (error instanceof GraphFailure) return [];
    throw error;
  }
}

/** The writes of a trial as operations with reasons: those of the plan, and what it took to carry it out. */
export function describeWrites({ mailbox, result: { plan } }: TriedMailbox, nameOf: NameOf): PreviewedOperation[] {
  const moving = new Set(plan.filter(isMove).map(({ operation }) => operation.sourceKey));
  const bySourceKey = new Map(plan.map(planned => [planned.operation.sourceKey, planned]));
  const byContactId = new Map(
    plan.flatMap(planned => {
      const { operation } = planned;
      return 'contactId' in operation ? [[operation.contactId, planned] as const] : [];
    }),
  );
  return mailbox.writes.map(({ write, sourceKey }) => {
    const planned = write.kind === 'create' ? bySourceKey.get(sourceKey ?? '') : byContactId.get(write.contactId);
    const key = planned?.operation.sourceKey ?? sourceKey ?? '';
    const contactId = write.kind === 'create' ? undefined : write.contactId;
    return {
      action: actionOf(write, planned),
      sourceKey: key,
      displayName: nameOf(key, contactId),
      ...(write.kind === 'patch' ? { fields: [...write.fields] } : {}),
      reason: !planned && moving.has(key) ? whyMoved(write) : whyWritten(write, planned),
    };
  });
}

function actionOf({ kind }: TrialWrite['write'], planned: PlannedFrom | undefined): PreviewedOperation['action'] {
  const { action } = planned?.operation ?? {};
  if (action === 'adopt' || action === 'giveBack') return action;
  return kind === 'unstamp' ? 'keep' : kind;
}

function isMove({ operation }: PlannedFrom): boolean {
  return operation.action === 'create' && operation.reason === 'movesToFolder';
}

/** What a contact that moves leaves behind goes for the same reason. */
function whyMoved(write: TrialWrite['write']): Reason {
  return write.kind === 'delete' ? { kind: 'movesToFolder' } : whyWritten(write, undefined);
}

function whyWritten({ kind }: TrialWrite['write'], planned: PlannedFrom | undefined): Reason {
  const action = planned?.operation.action;
  if (planned && (action === kind || action === 'adopt' || action === 'giveBack'))
    return whyPlanned(planned.operation, planned.entry);
  switch (kind) {
    case 'create':
      return { kind: 'goneAndChanged' };
    case 'patch':
      return { kind: 'foundInDoubt' };
    case 'unstamp':
      return { kind: 'copyOfUser' };
    case 'delete':
      return { kind: 'foundTwice' };
  }
}
