import { type Audience, everybody } from '../../domain/audience.ts';
import { isChosen } from '../../domain/choice.ts';
import type { SkipReason } from '../../domain/reason.ts';
import type { Directory } from '../../ports/directory.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { ChoiceTable, StoredChoice } from '../../store/choices.ts';
import { DamagedRow, describeDamage } from '../../store/damagedRow.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { ReadTargets } from '../../store/targets.ts';
import type { Rings } from '../rollouts/index.ts';
import { findOwnerProblems, identified, identitiesBy } from './ownersOfList.ts';
import { type GroupReading, isMissing, readGroups } from './readGroups.ts';
import { readRings, ringsBy } from './ringsOfList.ts';
import { audiencesBy, groupsOf, type ReadRule, readRules } from './ruleReaders.ts';
import { type KnownNames, namesIn, openTargetNames } from './targetNames.ts';

/** Who receives a list. */
export interface Receivers {
  /** Ids of the mailboxes that receive the list. */
  readonly mailboxes: ReadonlySet<string>;
  /** Mailboxes that get nothing for now, with the reason. */
  readonly skipped: ReadonlyMap<string, SkipReason>;
  /** Ids of excluded users, with the group or address of `targets.exclude` that they are in. */
  readonly excluded: ReadonlyMap<string, string>;
  /** Users who would receive it, had they not switched it off, or switched it on. */
  readonly unchosen: ReadonlySet<string>;
  /** Receivers of whom nobody can tell what they chose: who is a target stays one, and nobody becomes one. */
  readonly undecided: ReadonlySet<string>;
  /** Every target was read to its end: whoever is not named has left. */
  readonly complete: boolean;
  /** Who a mailbox is to the list's contacts; `before`: where its addresses could not be read. */
  audienceOf(mailboxId: string, before?: Audience): Audience;
  /** In which ring a mailbox is; undefined for a list without rings. */
  readonly rings: Rings | undefined;
  /** Every exclusion was read: a mailbox that was no target before may become one. */
  readonly exclusionsKnown: boolean;
  readonly problems: readonly Problem[];
}

export interface ResolvedTargets extends Receivers {
  /** Whether the user switched the list off, be it a target or not. */
  hasSwitchedOff(mailboxId: string): boolean;
  /** The groups whose former member the mailbox is, where that proves nothing (see `compareMembers`). */
  missingFrom(mailboxId: string): readonly GroupReading[];
  /** Mailboxes that receive nothing only because they are missing from a group of exclusions. */
  readonly excludedAsMissing: ReadonlyMap<string, readonly GroupReading[]>;
  /** Mailboxes that get what has no owner among the targets, as long as they are targets themselves. */
  readonly unassigned: ReadonlySet<string>;
  /** Mailboxes that see what a rule is about only because they are missing from its group. */
  readonly seesAsMissing: ReadonlyMap<string, readonly GroupReading[]>;
  /** The receivers when those who are missing from a group of exclusions or of a rule are not in it any more. */
  readonly released: Receivers;
  /** To be remembered for the next run; undefined for a list that is gone from the settings. */
  readonly reading: TargetReading | undefined;
}

/** What was read of a list's targets, and what was known of them before. */
export interface TargetReading {
  readonly stored: ReadTargets | undefined;
  readonly names: KnownNames;
  readonly groups: readonly GroupReading[];
  readonly excludedGroups: readonly GroupReading[];
  /** Of the rules of visibility, and of rings. */
  readonly ruleGroups: readonly GroupReading[];
}

const noChoices: ReadonlyMap<string, StoredChoice> = new Map();

const noReceivers: Receivers = {
  mailboxes: new Set(),
  skipped: new Map(),
  excluded: new Map(),
  unchosen: new Set(),
  undecided: new Set(),
  complete: true,
  audienceOf: () => everybody,
  rings: undefined,
  exclusionsKnown: true,
  problems: [],
};

/** The targets of a list that is gone from the settings. */
export const noTargets: ResolvedTargets = {
  ...noReceivers,
  hasSwitchedOff: () => false,
  missingFrom: () => [],
  excludedAsMissing: new Map(),
  unassigned: new Set(),
  seesAsMissing: new Map(),
  released: noReceivers,
  reading: undefined,
};

/**
 * Resolves a list's targets to mailbox ids: addresses, groups with nested members, less the exclusions. What cannot be
 * read or is unknown is a problem of the list, and nobody leaves because of it (rules.md: Fanning out, 1).
 */
export async function resolveTargets(
  list: ContactList,
  directory: Directory,
  { partition, choices }: { readonly partition: ListPartition; readonly choices: Pick<ChoiceTable, 'readAll'> },
  now: number,
): Promise<ResolvedTargets> {
  const { targets } = list;
  const chosen = list.choice === 'none' ? noChoices : await choices.readAll(list.id);
  const stored = await partition.readTargets();
  const names = openTargetNames(directory, stored?.targets, now, list.owners !== undefined);
  const remembered = stored?.targets.members ?? {};
  const readAll = (setting: string, groups: readonly string[]) =>
    readGroups(namesIn(setting, groups), names.readGroup, remembered, partition);
  const idsOf = (setting: string, mailboxes: readonly string[]) =>
    Promise.all(namesIn(setting, mailboxes).map(names.findUserId));
  const groups = await readAll('targets.groups', targets.groups);
  const excludedGroups = await readAll('targets.exclude.groups', targets.exclude.groups);
  const named = await idsOf('targets.mailboxes', targets.mailboxes);
  const excludedNamed = await idsOf('targets.exclude.mailboxes', targets.exclude.mailboxes);
  const rules = await readRules(list.visibility ?? [], { readAll, idsOf, partition });
  const ringsRead = list.rollout && (await readRings(list.rollout, { readAll, idsOf, partition }));
  const { owners } = list;
  const unassigned = await idsOf('owners.unassigned', owners?.unassigned ?? []);

  const found = { list, groups, excludedGroups, named, excludedNamed, chosen, problems: names.problems };
  const identify = identitiesBy(groups, names.identities);
  const audienceBy = (withMissing: boolean) => {
    const byRules = audiencesBy(rules, withMissing);
    return owners ? identified(byRules, identify, new Set(present(unassigned))) : byRules;
  };
  const rings = ringsRead && ringsBy(ringsRead);
  const released = { ...combine(found, () => []), audienceOf: audienceBy(false), rings };
  const excludedAsMissing = findExcludedAsMissing(released, excludedGroups);
  const receivers = excludedAsMissing.size > 0 ? combine(found, id => excludedAsMissing.get(id) ?? []) : released;
  const namedUnassigned = namesIn('owners.unassigned', owners?.unassigned ?? []).map(
    (name, index) => [name, unassigned[index]] as const,
  );
  const ownerProblems =
    owners && receivers.complete ? findOwnerProblems(receivers.mailboxes, identify, namedUnassigned) : [];
  return {
    ...receivers,
    problems: [...receivers.problems, ...ownerProblems],
    audienceOf: audienceBy(true),
    unassigned: new Set(present(unassigned)),
    hasSwitchedOff: id => chosen.get(id) === 'off',
    missingFrom: id => groups.filter(group => isMissing(group, id)),
    excludedAsMissing,
    seesAsMissing: findSeeingAsMissing(receivers, rules),
    rings,
    released,
    reading: {
      ...{ stored, names: names.remembered(), groups, excludedGroups },
      ruleGroups: groupsOf([...rules, ...(ringsRead ?? [])]),
    },
  };
}

function findExcludedAsMissing(
  { mailboxes, skipped }: Pick<Receivers, 'mailboxes' | 'skipped'>,
  excludedGroups: readonly GroupReading[],
): Map<string, readonly GroupReading[]> {
  if (excludedGroups.every(({ missing }) => missing.size === 0)) return new Map();
  return new Map(
    [...mailboxes, ...skipped.keys()].flatMap(id => {
      const missingFrom = excludedGroups.filter(group => isMissing(group, id));
      return missingFrom.length > 0 ? [[id, missingFrom] as const] : [];
    }),
  );
}

interface FoundTargets {
  readonly list: ContactList;
  readonly groups: readonly GroupReading[];
  readonly excludedGroups: readonly GroupReading[];
  readonly named: readonly (string | undefined)[];
  readonly excludedNamed: readonly (string | undefined)[];
  readonly chosen: ReadonlyMap<string, StoredChoice>;
  readonly problems: readonly Problem[];
}

function findSeeingAsMissing(
  { mailboxes }: { readonly mailboxes: ReadonlySet<string> },
  rules: readonly ReadRule[],
): Map<string, readonly GroupReading[]> {
  const groups = groupsOf(rules).filter(({ missing }) => missing.size > 0);
  if (groups.length === 0) return new Map();
  const [withMissing, without] = [audiencesBy(rules, true), audiencesBy(rules, false)];
  return new Map(
    [...mailboxes].flatMap(id => {
      if (withMissing(id) === without(id)) return [];
      return [[id, groups.filter(group => isMissing(group, id))] as const];
    }),
  );
}

function combine(
  { list: { targets, choice }, groups, excludedGroups, named, excludedNamed, chosen, problems }: FoundTargets,
  missingExclusionsOf: (mailboxId: string) => readonly GroupReading[],
): Omit<Receivers, 'audienceOf' | 'rings'> {
  const excluded = new Map([
    ...excludedGroups.flatMap(({ name, members = [] }) => members.map(({ id }) => [id, name] as const)),
    ...excludedNamed.flatMap((id, index) => (id ? [[id, targets.exclude.mailboxes[index] ?? ''] as const] : [])),
  ]);
  const members = groups.flatMap(group => group.members ?? []);
  const excludeMissing = (id: string) => {
    const [missingFrom] = missingExclusionsOf(id);
    if (missingFrom && !excluded.has(id)) excluded.set(id, missingFrom.name);
  };
  present(named).forEach(excludeMissing);
  for (const { id } of members) excludeMissing(id);
  const entitled = new Set(present(named).filter(id => !excluded.has(id)));
  const skipped = new Map<string, SkipReason>();
  for (const user of members) {
    if (excluded.has(user.id) || entitled.has(user.id)) continue;
    if (user.accountEnabled || targets.includeDisabled) entitled.add(user.id);
    else skipped.set(user.id, { kind: 'accountDisabled' });
  }
  const isUndecided = (id: string) => chosen.get(id) instanceof DamagedRow;
  const isReceiver = (id: string) => {
    const stored = chosen.get(id);
    return stored instanceof DamagedRow || isChosen(choice, stored);
  };
  const isSkipped = ([id]: readonly [string, SkipReason]) => isReceiver(id);
  const isRead = ({ members: all }: GroupReading) => all !== undefined;
  return {
    mailboxes: choice === 'none' ? entitled : new Set([...entitled].filter(isReceiver)),
    skipped: choice === 'none' ? skipped : new Map([...skipped].filter(isSkipped)),
    excluded,
    unchosen: new Set([...entitled, ...skipped.keys()].filter(id => !isReceiver(id))),
    undecided: new Set([...entitled].filter(isUndecided)),
    complete: groups.every(isRead) && present(named).length === named.length,
    exclusionsKnown: excludedGroups.every(isRead) && present(excludedNamed).length === excludedNamed.length,
    problems: [...problems, ...damagedChoices(entitled, chosen)],
  };
}

/** Of those whom the list is for; what others chose waits until it is for them again. */
function damagedChoices(entitled: ReadonlySet<string>, chosen: ReadonlyMap<string, StoredChoice>): Problem[] {
  return [...chosen].flatMap(([id, choice]) =>
    choice instanceof DamagedRow && entitled.has(id) ? [describeDamage(choice, damagedChoice)] : [],
  );
}

/** What comes of a damaged row that tells what a user chose. */
export const damagedChoice =
  'The mailbox stays as it is until its user chooses again, or the row is put back from a backup';

function present<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter(value => value !== undefined);
}
