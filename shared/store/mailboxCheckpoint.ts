import * as z from 'zod';
import { type Audience, everybody } from '../domain/audience.ts';
import type { JournalHead } from '../domain/goal.ts';
import { type MailboxPhase, pointAt, type Start, startOf } from '../domain/mailboxPhase.ts';
import type { Properties } from '../ports/tableStorage.ts';
import { readEachColumn } from './columns.ts';

const formerFolder = z.object({
  id: z.string(),
  /** Whether we made it: only then may it be removed. */
  created: z.boolean(),
});
export type FormerFolderRow = z.infer<typeof formerFolder>;

/** A list in one property; rows of older versions have none. */
function jsonColumn<Item extends z.ZodType>(list: z.ZodArray<Item>) {
  return z
    .string()
    .default('[]')
    .transform((text, { addIssue }): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        addIssue('broken JSON');
        return z.NEVER;
      }
    })
    .pipe(list);
}

const columnsSchema = z.object({
  /** -1 when the folder has to be compared with the whole snapshot. */
  position: z.number(),
  epoch: z.number().default(0),
  /** Empty when the folder has to be compared. */
  settings: z.string(),
  audience: z.string().default(everybody),
  /** Empty when none is known. */
  folderId: z.string(),
  /** Empty while the folder is renamed. */
  folderName: z.string(),
  folderCreated: z.boolean(),
  installations: jsonColumn(z.array(z.string())),
  formerFolders: jsonColumn(z.array(formerFolder)),
  /** Empty where nobody asked. */
  language: z.string().default(''),
  creatingFolder: z.boolean().default(false),
  listingOwed: z.boolean().default(false),
  /** Of a listing that is owed: it was done, and what was written since is known. */
  listingUnfinished: z.boolean().default(false),
  cleared: z.boolean(),
  /** 0 where nobody had it cleared. */
  clearedAt: z.number().default(0),
  sequence: z.number(),
  contacts: z.number(),
  failed: z.number(),
  failuresDueAt: z.number(),
  photosDueAt: z.number().default(0),
  noMailboxTries: z.number().default(0),
});
type Columns = z.infer<typeof columnsSchema>;
export const mailboxCheckpointColumnNames: readonly string[] = Object.keys(columnsSchema.shape);

/** In the place of what a row does not tell; the folder is compared as a whole then. */
const untold: Properties = {
  position: -1,
  settings: '',
  folderId: '',
  folderName: '',
  folderCreated: false,
  cleared: false,
  sequence: 0,
  contacts: 0,
  failed: 0,
  failuresDueAt: 0,
};

/** The folder that a list writes into. */
export interface ListFolder {
  readonly id: string;
  /** Undefined while it is being renamed: it may have either name then. */
  readonly name: string | undefined;
  /** Whether we made it: only then may it be renamed or removed. */
  readonly created: boolean;
}

/** How far one list has come in the mailbox. */
export interface MailboxCheckpoint {
  readonly phase: MailboxPhase;
  /** The journal that positions count in, by the time it was begun; 0 for rows of older versions. */
  readonly epoch: number;
  readonly folder: ListFolder | undefined;
  /**
   * The user's when the folder was made, `und` where they have none; undefined where nobody asked. Their folder keeps
   * its name when it changes.
   */
  readonly language: string | undefined;
  /** Ids under which this installation marked the folder, or contacts in a folder of the user's. */
  readonly installations: readonly string[];
  /** Folders that our contacts are moving out of since the destination was changed. */
  readonly formerFolders: readonly FormerFolderRow[];
  /** Grows with each commit and outlives a clean-up; orders the writes of `Progress`. */
  readonly sequence: number;
  readonly contacts: number;
  readonly failed: number;
  /** Epoch milliseconds when the first refused contact is tried again, 0 without one. */
  readonly failuresDueAt: number;
  /** Epoch milliseconds when the first photo that could not be written is tried again, 0 without one. */
  readonly photosDueAt: number;
  /** How often in a row there was no mailbox. */
  readonly noMailboxTries: number;
}

/** Of a mailbox that the list never wrote to. */
export const newCheckpoint: MailboxCheckpoint = {
  phase: { kind: 'new' },
  epoch: 0,
  folder: undefined,
  language: undefined,
  installations: [],
  formerFolders: [],
  sequence: 0,
  contacts: 0,
  failed: 0,
  failuresDueAt: 0,
  photosDueAt: 0,
  noMailboxTries: 0,
};

/** Columns of `Progress` and of the checkpoint's row: -1 and an empty print where there is no point to name. */
export function pointColumns(start: Start): { position: number; settings: string; audience: Audience } {
  return start === 'snapshot' ? { position: -1, settings: '', audience: everybody } : { audience: everybody, ...start };
}

/** The position that the mailbox is at; undefined for none. */
export function reachedBy({ phase, epoch }: Pick<MailboxCheckpoint, 'phase' | 'epoch'>): JournalHead | undefined {
  const start = startOf(phase);
  return start === 'snapshot' ? undefined : { head: start.position, epoch };
}

/** Epoch milliseconds when somebody had the list cleared, 0 for never. */
export function clearedAt({ phase }: Pick<MailboxCheckpoint, 'phase'>): number {
  return phase.kind === 'cleared' ? (phase.at ?? 0) : 0;
}

/** `unreadable`: the first column that cannot be read. What it does not tell is found out by comparing the whole folder. */
export interface ReadMailboxCheckpoint {
  readonly checkpoint: MailboxCheckpoint;
  readonly unreadable: string | undefined;
}

export function parseMailboxCheckpoint(properties: Properties): ReadMailboxCheckpoint {
  const {
    columns: read,
    unreadable: [unreadable],
  } = readEachColumn(columnsSchema, properties, untold);
  const columns = unreadable === undefined ? read : { ...read, position: -1, settings: '', listingOwed: true };
  return { checkpoint: checkpointOf(columns), unreadable };
}

function checkpointOf(columns: Columns): MailboxCheckpoint {
  const {
    epoch,
    installations,
    formerFolders,
    sequence,
    contacts,
    failed,
    failuresDueAt,
    photosDueAt,
    noMailboxTries,
  } = columns;
  const { folderId, folderName, folderCreated } = columns;
  const folder = folderId === '' ? undefined : { id: folderId, name: folderName || undefined, created: folderCreated };
  return {
    phase: phaseOf(columns),
    epoch,
    folder,
    language: columns.language || undefined,
    installations,
    formerFolders,
    sequence,
    contacts,
    failed,
    failuresDueAt,
    photosDueAt,
    noMailboxTries,
  };
}

function phaseOf(columns: Columns): MailboxPhase {
  const { position, settings, audience } = columns;
  const from = position < 0 ? 'snapshot' : pointAt(position, settings, audience);
  if (columns.cleared) return { kind: 'cleared', at: columns.clearedAt || undefined };
  if (columns.creatingFolder) return { kind: 'makingFolder', interrupted: columns.listingOwed };
  if (columns.listingOwed)
    return { kind: 'listing', because: columns.listingUnfinished ? 'unfinished' : 'interrupted', from };
  if (from !== 'snapshot') return { kind: 'settled', at: from };
  return columns.folderId === '' ? { kind: 'new' } : { kind: 'applying', from };
}

/** The columns are those of the version before, which reads them as flags. */
export function mailboxCheckpointColumns(checkpoint: MailboxCheckpoint): Properties {
  const { phase, folder, language = '', installations, formerFolders, ...others } = checkpoint;
  return {
    ...others,
    ...pointColumns(startOf(phase)),
    folderId: folder?.id ?? '',
    folderName: folder?.name ?? '',
    folderCreated: folder?.created ?? false,
    language,
    installations: JSON.stringify(installations),
    formerFolders: JSON.stringify(formerFolders),
    creatingFolder: phase.kind === 'makingFolder',
    listingOwed: phase.kind === 'listing' || (phase.kind === 'makingFolder' && phase.interrupted),
    listingUnfinished: phase.kind === 'listing' && phase.because === 'unfinished',
    cleared: phase.kind === 'cleared',
    clearedAt: clearedAt(checkpoint),
  };
}
