import { type Audience, withinRules } from '../../domain/audience.ts';
import type { JournalHead } from '../../domain/goal.ts';
import type { LedgerEntry } from '../../domain/ledgerEntry.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import { type MailboxCheckpoint, newCheckpoint } from '../../store/mailboxCheckpoint.ts';
import { heldUntil } from '../../store/mailboxLease.ts';
import { folderIdsOfOthers } from '../../store/mailboxRows.ts';
import { doubledBy, type ListResult, syncList, withDebt } from '../apply/index.ts';
import { createJournalReader, createViewerReader } from '../wanted/index.ts';
import { noPhotosKept } from './noPhotosKept.ts';
import { openTrialMailbox, type TrialMailbox } from './trialMailbox.ts';
import type { TrialRun, TrialServices } from './trialRun.ts';

/** One mailbox as its sync was tried. */
export interface TriedMailbox {
  readonly mailbox: TrialMailbox;
  readonly before: MailboxCheckpoint | undefined;
  /** The ledger as it is. */
  readonly ledger: readonly LedgerEntry[];
  readonly result: ListResult;
  readonly leaving: boolean;
  readonly full: boolean;
  /** Somebody syncs the mailbox at this moment. */
  readonly busy: boolean;
}

/** Syncs one mailbox with what a run does it with, and writes nothing. */
export async function trySync(
  list: ContactList,
  asked: {
    readonly mailboxId: string;
    readonly goal: JournalHead;
    readonly full: boolean;
    readonly leaving: boolean;
    readonly audience: Audience;
  },
  run: TrialRun,
  services: TrialServices,
): Promise<TriedMailbox> {
  const { clock, timing, openMailbox, openDirectory } = services;
  const partition = run.store.openMailboxPartition(asked.mailboxId);
  const mailbox = openTrialMailbox(openMailbox(asked.mailboxId), list.id);
  const state = await partition.readState();
  const busy = heldUntil(state, clock.now(), timing) !== undefined;
  const before = state.checkpoints.get(list.id);
  const ledger = await partition.readLedger(list.id);
  const lease = partition.imagineLease(state, busy);
  const result = await syncList({
    assignment: {
      list,
      goal: asked.goal,
      ringHead: undefined,
      countsEdits: false,
      // It is tried as it is pinned.
      definition: undefined,
      ring: undefined,
      wish: asked.leaving ? { kind: 'leaving', clearedAt: undefined } : { kind: 'target' },
      viewer: await createViewerReader(run.store.progress)(list.id, withinRules(asked.audience, list)),
      full: asked.full,
      // As a run does that names the mailbox.
      lookAtFolder: true,
      verifyKeys: [],
      checkpoint: withDebt(before ?? newCheckpoint, lease),
      otherListIds: [...state.checkpoints.keys()].filter(other => other !== list.id),
      otherFolderIds: folderIdsOfOthers(state, list.id),
      doubledBy: doubledBy(list, state, services),
    },
    target: {
      mailbox,
      partition,
      lease,
      handOverAt: Infinity,
      hasUser: async () => (await openDirectory().findUser(asked.mailboxId)) !== undefined,
      readLanguage: async () => (await openDirectory().findLanguage(asked.mailboxId)) ?? undetermined,
    },
    tools: {
      reader: createJournalReader(() => run.partition),
      readInstallation: run.store.readInstallation,
      photos: noPhotosKept,
      clock,
      timing,
      // All that the change would do, whatever waits for it.
      readStage: async () => undefined,
      listWith: async asked => asked,
      // What a halted list would do is what somebody looks at before it is released.
      readHalt: async () => undefined,
    },
  });
  return { mailbox, before, ledger, result, leaving: asked.leaving, full: asked.full, busy };
}
