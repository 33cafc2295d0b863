import * as z from 'zod';
import { ruleId } from '../domain/audience.ts';
import { conditionSettings } from './condition.ts';
import { groupAddress, mailboxAddress } from './mailboxAddress.ts';
import { strictObject } from './strictObject.ts';

const mostRules = 50;

const visibilityRule = strictObject({
  /** What a contact must meet for the rule to be about it. */
  when: conditionSettings,
  /** Who of the list's targets may see it then. */
  to: strictObject({
    groups: z.array(groupAddress).default([]),
    mailboxes: z.array(mailboxAddress).default([]),
  }).refine(
    ({ groups, mailboxes }) => groups.length + mailboxes.length > 0,
    'name at least one mailbox or group: what is for nobody is left out by "where"',
  ),
});

/** Which contacts are not for all of a list's targets (rules.md: Visibility). */
export const visibilitySettings = z
  .array(visibilityRule)
  .max(mostRules, `a list has at most ${mostRules} rules of visibility`)
  .superRefine((rules, context) => {
    const ids = rules.map(ruleId);
    for (const [index, id] of ids.entries()) {
      const first = ids.indexOf(id);
      if (first === index) continue;
      const message = `is the condition of rule ${first + 1} as well: name whom both are for in one rule`;
      context.addIssue({ code: 'custom', path: [index, 'when'], message });
    }
  });
export type VisibilityRuleSettings = z.infer<typeof visibilityRule>;
