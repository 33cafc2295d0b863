import { type Audience, audienceOf, type VisibilityRule } from '../../domain/audience.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { VisibilityRuleSettings } from '../../settings/visibility.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import { type GroupReading, isMissing } from './readGroups.ts';

/** Mailboxes that settings name, one by one and by groups, as far as that could be read. */
export interface ReadMembers {
  readonly groups: readonly RuleGroup[];
  /** Ids of the mailboxes that it names; undefined for a name that leads to nobody. */
  readonly named: ReadonlySet<string | undefined>;
}

/** A rule of visibility with whom it is for. */
export interface ReadRule extends VisibilityRule, ReadMembers {}

interface RuleGroup {
  readonly reading: GroupReading;
  /** Undefined while neither the group nor what was known of it can be read. */
  readonly hasMember: ((mailboxId: string) => boolean) | undefined;
}

export interface RuleSources {
  readonly readAll: (setting: string, groups: readonly string[]) => Promise<readonly GroupReading[]>;
  readonly idsOf: (setting: string, mailboxes: readonly string[]) => Promise<readonly (string | undefined)[]>;
  readonly partition: Pick<ListPartition, 'readGroupMembers'>;
}

/** Whom the list's rules are for. */
export function readRules(rules: readonly VisibilityRuleSettings[], sources: RuleSources): Promise<ReadRule[]> {
  return Promise.all(
    rules.map(async ({ when, to }, index) => ({
      when,
      ...(await readMembers(`visibility[${index}].to`, to, sources)),
    })),
  );
}

/** A group that cannot be read keeps its last known members. @param setting where the settings name them */
export async function readMembers(
  setting: string,
  members: VisibilityRuleSettings['to'],
  { readAll, idsOf, partition }: RuleSources,
): Promise<ReadMembers> {
  const readings = await readAll(`${setting}.groups`, members.groups);
  const named = await idsOf(`${setting}.mailboxes`, members.mailboxes);
  const groups = await Promise.all(
    readings.map(async reading => ({ reading, hasMember: await membershipIn(reading, partition) })),
  );
  return { groups, named: new Set(named) };
}

export function groupsOf(rules: readonly ReadMembers[]): GroupReading[] {
  return rules.flatMap(({ groups }) => groups.map(({ reading }) => reading));
}

/** @param withMissing whether those count who are missing from a group in a way that proves nothing */
export function audiencesBy(rules: readonly ReadRule[], withMissing: boolean): (mailboxId: string) => Audience {
  return mailboxId => audienceOf(rules, rule => isFor(rule, mailboxId, withMissing));
}

/** Undefined where somebody of whom nobody knows may be the mailbox. */
export function isFor({ groups, named }: ReadMembers, mailboxId: string, withMissing: boolean): boolean | undefined {
  if (named.has(mailboxId)) return true;
  const isIn = ({ reading, hasMember }: RuleGroup) =>
    hasMember?.(mailboxId) || (withMissing && isMissing(reading, mailboxId));
  if (groups.some(isIn)) return true;
  return named.has(undefined) || groups.some(({ hasMember }) => !hasMember) ? undefined : false;
}

async function membershipIn(
  { id, members, before }: GroupReading,
  partition: Pick<ListPartition, 'readGroupMembers'>,
): Promise<RuleGroup['hasMember']> {
  if (members) {
    const ids = new Set(members.map(member => member.id));
    return mailboxId => ids.has(mailboxId);
  }
  if (id === undefined || !before) return undefined;
  const known = await partition.readGroupMembers(id);
  return mailboxId => known.members.has(fingerprint(mailboxId));
}
