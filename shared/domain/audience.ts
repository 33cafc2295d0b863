import { type Condition, meets } from './condition.ts';
import type { Contact } from './contact.ts';
import { fingerprint } from './fingerprint.ts';

/** A contact that meets the condition is only for those whom the rule names (design: What each user sees, Visibility). */
export interface VisibilityRule {
  readonly when: Condition;
}

/**
 * Which of a list's rules are for a mailbox, as text: `+<rule>` for one that is, `-<rule>` for one that is not, with
 * commas between. A rule that it does not name is undecided: whom it is for could not be read yet. Empty for a list
 * without rules, so that rows of older versions are right.
 */
export type Audience = string;
export const everybody: Audience = '';

/** For whom a contact is that is not for everybody: for nobody, or for those of the rules that it meets, by their ids. */
export type Restriction = 'private' | { readonly rules: readonly string[] };

/**
 * What a mailbox sees of a contact. `undecided`: who does not have it does not get it, and who has it keeps it.
 */
export type Sight = 'visible' | 'hidden' | 'undecided';

/**
 * By the condition alone: for whom the rule is may change without a word about the contacts. A rule that was changed is
 * another, so that what was decided about the first is never taken for it.
 */
export function ruleId({ when }: VisibilityRule): string {
  return fingerprint(when).slice(0, 8);
}

/** Undefined for a contact that is for everybody. */
export function restrictionOf(contact: Contact, rules: readonly VisibilityRule[]): Restriction | undefined {
  if (contact.sensitivity === 'private') return 'private';
  const met = rules.filter(({ when }) => meets(contact, when)).map(ruleId);
  return met.length > 0 ? { rules: met } : undefined;
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

/** Without what was decided about rules that the list does not have any more. */
export function withinRules(audience: Audience, rules: readonly VisibilityRule[]): Audience {
  const ids = new Set(rules.map(ruleId));
  return textOf(decisionsIn(audience).filter(decision => ids.has(decision.slice(1))));
}

/** A contact that meets several rules is for those who are in all of them. */
export function sightOf(audience: Audience, restriction: Restriction): Sight {
  if (restriction === 'private') return 'hidden';
  const { rules } = restriction;
  const decisions = new Set(decisionsIn(audience));
  if (rules.some(rule => decisions.has(`-${rule}`))) return 'hidden';
  return rules.every(rule => decisions.has(`+${rule}`)) ? 'visible' : 'undecided';
}

/** The first of the rules that keeps a contact from a mailbox; undefined where none does. */
export function hidingRule<Rule extends VisibilityRule>(
  rules: readonly Rule[],
  contact: Contact,
  audience: Audience,
): Rule | undefined {
  const met = rules.filter(({ when }) => meets(contact, when));
  const seen = (rule: Rule) => sightOf(audience, { rules: [ruleId(rule)] });
  return met.find(rule => seen(rule) === 'hidden') ?? met.find(rule => seen(rule) === 'undecided');
}

/** Of nothing that is decided, a text that names no rule. */
function decisionsIn(audience: Audience): string[] {
  return audience.split(',');
}

/** The same for every order of the rules. */
function textOf(decisions: readonly string[]): Audience {
  return decisions.toSorted().join();
}
