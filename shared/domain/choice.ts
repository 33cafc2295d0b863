/** Whether users decide about a list themselves: not at all, to be left out of it, or to get it. */
export const choicePolicies = ['none', 'optOut', 'optIn'] as const;
export type ChoicePolicy = (typeof choicePolicies)[number];

/** What a user decided. */
export const choices = ['on', 'off'] as const;
export type Choice = (typeof choices)[number];

/** Whether somebody gets a list, as far as it is theirs to decide. What was chosen waits where the list asks nobody. */
export function isChosen(policy: ChoicePolicy, choice: Choice | undefined): boolean {
  if (policy === 'none') return true;
  return policy === 'optOut' ? choice !== 'off' : choice === 'on';
}
