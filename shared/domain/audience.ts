import { type Condition, meets } from './condition.ts';
import type { Contact } from './contact.ts';
import { fingerprint } from './fingerprint.ts';
import { type OwnersRule, ownerPrint, ownersOf } from './owners.ts';

/** A contact that meets the condition is only for those whom the rule names (rules.md: Visibility). */
export interface VisibilityRule {
  readonly when: Condition;
}

/** What of a list decides who sees a contact. */
export interface Visibility<Rule extends VisibilityRule = VisibilityRule> {
  readonly visibility?: readonly Rule[] | undefined;
  readonly owners?: OwnersRule | undefined;
}

/**
 * Who a mailbox is to a list's contacts, as text with commas between. `+<rule>`: a rule is for it, `-<rule>`: a rule is
 * not; a rule that it does not name is undecided: whom it is for could not be read yet. Where contacts name owners:
 * `@<print>` for its id and each of its addresses, none while they could not be read; `?<print>` for a mailbox of the
 * contacts that have no owner among the targets, with the print of who these are. `!<position>`: what is hidden up to
 * there is hidden from it, although its ring has not come so far. Empty for a list without rules and owners, so that rows
 * of older versions are right.
 */
export type Audience = string;
export const everybody: Audience = '';

/**
 * For whom a contact is that is not for everybody: for nobody, or for those of the rules that it meets, by their ids, who
 * are one of its owners, by their prints, where it has to have owners.
 */
export type Restriction = 'private' | { readonly rules: readonly string[]; readonly owners?: readonly string[] };

/**
 * What a mailbox sees of a contact. `undecided`: who does not have it does not get it, and who has it keeps it.
 */
export type Sight = 'visible' | 'hidden' | 'undecided';

/** Prints of everything by which the list's targets may be named as owners. */
export type OwnersAmongTargets = ReadonlySet<string>;

/**
 * By the condition alone: for whom the rule is may change without a word about the contacts. A rule that was changed is
 * another, so that what was decided about the first is never taken for it.
 */
export function ruleId({ when }: VisibilityRule): string {
  return fingerprint(when).slice(0, 8);
}

/** Undefined for a contact that is for everybody. */
export function restrictionOf(
  contact: Contact,
  { visibility = [], owners: rule }: Visibility,
): Restriction | undefined {
  if (contact.sensitivity === 'private') return 'private';
  const rules = visibility.filter(({ when }) => meets(contact, when)).map(ruleId);
  const owners = rule && ownersOf(contact, rule).map(ownerPrint);
  if (rule && owners && (owners.length > 0 || rule.ownersOnly)) return { rules, owners };
  return rules.length > 0 ? { rules } : undefined;
}

/** @param isFor undefined where nobody can tell */
export function audienceOf<Rule extends VisibilityRule>(
  rules: readonly Rule[],
  isFor: (rule: Rule) => boolean | undefined,
): Audience {
  const decisions = rules.flatMap(rule => {
    const decision = isFor(rule);
    return decision === undefined ? [] : [`${decision ? '+' : '-'}${ruleId(rule)}`];
  });
  return textOf(decisions);
}

/** @param prints of the mailbox's id and addresses */
export function withIdentity(audience: Audience, prints: readonly string[]): Audience {
  return textOf([...partsOf(audience).filter(part => !part.startsWith('@')), ...prints.map(print => `@${print}`)]);
}

export function identityIn(audience: Audience): string[] {
  return partsOf(audience).flatMap(part => (part.startsWith('@') ? [part.slice(1)] : []));
}

/** The audience of a mailbox that gets what has no owner among the targets. */
export function withOwnersAmongTargets(audience: Audience, owners: OwnersAmongTargets): Audience {
  return textOf([...partsOf(audience).filter(part => !part.startsWith('?')), `?${fingerprint([...owners].sort())}`]);
}

/** The same as before, where that said who the owners among the targets are; they are not known otherwise. */
export function keepUnassigned(audience: Audience, before: Audience): Audience {
  return textOf([...partsOf(audience), partsOf(before).find(part => part.startsWith('?')) ?? '?']);
}

/** Whether the mailbox gets what has no owner among the targets. */
export function getsUnassigned(audience: Audience): boolean {
  return partsOf(audience).some(part => part.startsWith('?'));
}

/** @param owners prints of those whom a contact names */
export function hasOwnerAmong(owners: readonly string[], targets: OwnersAmongTargets): boolean {
  return owners.some(print => targets.has(print));
}

/** Without what was decided about rules that the list does not have any more. */
export function withinRules(audience: Audience, { visibility = [], owners }: Visibility): Audience {
  const ids = new Set(visibility.map(ruleId));
  const isRule = (part: string) => part.startsWith('+') || part.startsWith('-');
  const isLeft = (part: string) => (isRule(part) ? ids.has(part.slice(1)) : owners !== undefined);
  return textOf(partsOf(audience).filter(part => part.startsWith('!') || isLeft(part)));
}

/** @param position 0 for nothing that is hidden beyond its ring's ceiling */
export function withHiddenUpTo(audience: Audience, position: number): Audience {
  return position > 0 ? textOf([...partsOf(audience), `!${position}`]) : audience;
}

/** The position up to which it is asked what is hidden, 0 where its ring's ceiling says all. */
export function hiddenUpTo(audience: Audience): number {
  const found = partsOf(audience).find(part => part.startsWith('!'));
  return found === undefined ? 0 : Number(found.slice(1));
}

/**
 * How a mailbox sees contacts. A contact that meets several rules is for those who are in all of them.
 *
 * @param amongTargets where the mailbox gets what has no owner among them
 */
export function sightOf(audience: Audience, amongTargets?: OwnersAmongTargets): (restriction: Restriction) => Sight {
  const parts = new Set(partsOf(audience));
  const unassigned = getsUnassigned(audience);
  const isKnown = identityIn(audience).length > 0;
  return restriction => {
    if (restriction === 'private') return 'hidden';
    const { rules, owners } = restriction;
    const sights = [seeRules(rules), owners ? seeOwners(owners) : 'visible'];
    return sights.find(sight => sight === 'hidden') ?? sights.find(sight => sight === 'undecided') ?? 'visible';
  };

  function seeRules(rules: readonly string[]): Sight {
    if (rules.some(rule => parts.has(`-${rule}`))) return 'hidden';
    return rules.every(rule => parts.has(`+${rule}`)) ? 'visible' : 'undecided';
  }

  function seeOwners(owners: readonly string[]): Sight {
    if (owners.some(print => parts.has(`@${print}`))) return 'visible';
    if (!unassigned) return isKnown || owners.length === 0 ? 'hidden' : 'undecided';
    if (!amongTargets) return 'undecided';
    if (!hasOwnerAmong(owners, amongTargets)) return 'visible';
    return isKnown ? 'hidden' : 'undecided';
  }
}

/** The first of the rules that keeps a contact from a mailbox; undefined where none does. */
export function hidingRule<Rule extends VisibilityRule>(
  rules: readonly Rule[],
  contact: Contact,
  audience: Audience,
): Rule | undefined {
  const met = rules.filter(({ when }) => meets(contact, when));
  const see = sightOf(audience);
  const seen = (rule: Rule) => see({ rules: [ruleId(rule)] });
  return met.find(rule => seen(rule) === 'hidden') ?? met.find(rule => seen(rule) === 'undecided');
}

function partsOf(audience: Audience): string[] {
  return audience === everybody ? [] : audience.split(',');
}

/** The same for every order of the parts. */
function textOf(parts: readonly string[]): Audience {
  return [...new Set(parts)].toSorted().join();
}
