import * as z from 'zod';
import { choicePolicies } from '../domain/choice.ts';
import { holdKinds } from '../domain/hold.ts';
import type { Pin } from '../domain/pin.ts';
import type { HoldOf } from '../engine/holds/index.ts';
import type { ShownList, ShownOneList } from '../engine/status/index.ts';
import type { SubscriptionHealth } from '../engine/subscriptions/index.ts';
import { isoTime, isoTimeOrNull } from '../isoTime.ts';
import { sourceKinds } from '../settings/sourceSettings.ts';
import { problem } from '../store/progress.ts';
import { haltView, viewHalt } from './halt.ts';
import { showProblem, stripStored } from './showProblem.ts';

export const listParams = z.object({ list: z.string().meta({ description: 'The id of a list' }) });

const count = z.int();

const holdView = z.object({
  kind: z.enum(holdKinds).meta({ description: 'What would be removed, or would leave' }),
  reason: z.string(),
  removals: count.meta({ description: 'The number to decide on' }),
  of: count,
  since: z.iso.datetime(),
  groups: z
    .array(z.string())
    .optional()
    .meta({ description: 'Ids of groups that read as empty, or without more than half of their members' }),
});

const mailboxCounts = z.object({
  current: count,
  behind: count.meta({ description: 'Those that are being brought up to date included' }),
  waiting: count,
  failed: count,
  skipped: count,
  leaving: count,
  gone: count.meta({ description: 'Left the list, and the user is gone from the directory' }),
});

const rolloutView = z.object({
  state: z.enum(['rolling', 'halted']),
  ring: count.meta({ description: 'The last ring that has it, counted from 1' }),
  of: count.meta({ description: 'With all the others, who come last' }),
  head: count.meta({ description: 'The position that these rings are brought to' }),
  heldBackAt: count.meta({ description: 'The position that the others keep' }),
  waiting: count.meta({ description: 'Changes that wait behind it' }),
  since: z.iso.datetime().meta({ description: 'When it came to this ring' }),
  waitUntil: z.iso.datetime().meta({ description: 'It does not go on before' }),
});

const pinView = z.object({
  position: count.meta({ description: 'The list is what it was at this position' }),
  since: z.iso.datetime(),
  earlierSettings: z.boolean().meta({
    description: 'Contacts are written as the settings of before the run said that was rolled back',
  }),
  rollingBack: z.boolean().meta({ description: 'It is asked for: the next run carries it out' }),
});

/** A list as the HTTP API shows it. */
export const listView = z.object({
  id: z.string().nullable().meta({ description: 'Null for a refused list without a usable id' }),
  name: z.string(),
  state: z.enum(['ok', 'paused', 'refused', 'held', 'error', 'halted', 'pinned']),
  ...haltView.partial().shape,
  pinned: pinView.optional().meta({ description: 'Of a list that was rolled back, until it is unpinned' }),
  rollout: rolloutView
    .optional()
    .meta({ description: 'A change that comes to the mailboxes in rings, while it has not reached them all' }),
  problem: problem.optional().meta({ description: 'The first of the problems' }),
  problems: z.array(problem).meta({
    description:
      'What keeps it from being run as it should; in a list that is ok, a contact that fails in most mailboxes',
  }),
  notes: z.array(problem).meta({
    description: 'What the settings of the list mean, or will be refused for soon, and whom its sources leave out',
  }),
  sources: z
    .array(
      z.object({
        name: z.string().optional(),
        kind: z.enum(sourceKinds),
      }),
    )
    .meta({ description: 'What it reads, in order of precedence; none of a list whose settings are refused or gone' }),
  head: count.meta({ description: "The journal's newest position" }),
  capturedAt: z.iso.datetime().nullable(),
  contacts: count,
  private: count.optional().meta({ description: 'Those of the contacts that are private at the source: for nobody' }),
  holds: z.array(holdView).meta({ description: 'What waits for a decision; removals of contacts first' }),
  hold: holdView.nullable().meta({ description: 'The first of the holds' }),
  kept: count.optional().meta({
    description:
      'Contacts that stay because their removal was rejected: approve this number with the kind "kept" to remove them after all',
  }),
  choice: z
    .enum(choicePolicies)
    .exclude(['none'])
    .optional()
    .meta({ description: 'Users may switch it off (optOut), or have to switch it on (optIn)' }),
  choices: z
    .object({ on: count, off: count })
    .optional()
    .meta({ description: 'How many users did, those included who are no targets any more; of one list alone' }),
  mailboxes: mailboxCounts,
  changeNotifications: z.object({
    state: z.enum(['active', 'missing', 'error', 'off']),
    expiresAt: z.iso.datetime().optional(),
    problem: problem.optional(),
  }),
});
export type ListView = z.infer<typeof listView>;

export const listsView = z.object({
  lists: z.array(listView),
  halted: haltView.optional().meta({ description: 'Every list stands still, whatever else its state says' }),
  notes: z.array(problem).meta({ description: 'What the settings say beside the lists, such as `NoLists`' }),
  nextRunAt: z.iso.datetime().nullable().meta({ description: 'When SYNC_SCHEDULE starts the next run' }),
});

export function viewList(shown: ShownList): ListView {
  const { halt, pin, rollout, list, hiddenPrivate } = shown;
  const problems = shown.problems.map(each => showProblem(each, list));
  const holds = shown.holds.map(viewHold);
  return {
    id: shown.id,
    name: shown.name,
    state: shown.state,
    ...(halt && viewHalt(halt)),
    ...(pin && { pinned: viewPin(pin) }),
    ...(rollout && { rollout: viewRollout(rollout) }),
    ...(problems[0] && { problem: problems[0] }),
    problems,
    notes: shown.notes.map(stripStored),
    sources: shown.sources.map(({ name, kind }) => ({ ...(name !== undefined && { name }), kind })),
    head: shown.head,
    capturedAt: isoTimeOrNull(shown.capturedAt),
    contacts: shown.contacts,
    ...(hiddenPrivate > 0 && { private: hiddenPrivate }),
    holds,
    hold: holds[0] ?? null,
    ...(list && list.choice !== 'none' ? { choice: list.choice } : {}),
    mailboxes: shown.mailboxes,
    changeNotifications: viewNotifications(shown.notifications),
  };
}

/** With what only the answer of one list tells. */
export function viewOneList({ kept, choices, ...shown }: ShownOneList): ListView {
  return { ...viewList(shown), kept, ...(choices && { choices }) };
}

function viewPin({ kind, position, at, definition }: Pin): NonNullable<ListView['pinned']> {
  return {
    position,
    since: isoTime(at),
    rollingBack: kind === 'rollingBack',
    earlierSettings: definition !== undefined,
  };
}

function viewRollout({ kind, since, waitUntil, ...place }: NonNullable<ShownList['rollout']>): ListView['rollout'] {
  return { state: kind, ...place, since: isoTime(since), waitUntil: isoTime(waitUntil) };
}

function viewHold({ kind, hold: { reason, removals, of, since, groups } }: HoldOf): ListView['holds'][number] {
  return { kind, reason, removals, of, since: isoTime(since), ...(groups?.length ? { groups } : {}) };
}

function viewNotifications({ expiresAt, ...health }: SubscriptionHealth): ListView['changeNotifications'] {
  return { ...health, ...(expiresAt === undefined ? {} : { expiresAt: isoTime(expiresAt) }) };
}
