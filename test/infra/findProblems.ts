import { findContactListProblems } from './checks/contactLists.ts';
import { findHardeningProblems } from './checks/hardening.ts';
import { findQueueProblems } from './checks/queues.ts';
import { findRoleProblems } from './checks/roles.ts';
import { findRuntimeProblems } from './checks/runtime.ts';
import { findSettingProblems } from './checks/settings.ts';
import { findTriggerProblems } from './checks/triggers.ts';
import type { Code } from './code.ts';
import type { Compiled } from './compiled.ts';

/** Where the infrastructure does not fit the code, by check. That it is sound by itself is the compiler's to say. */
export function findProblems({ template, plan }: Compiled, code: Code) {
  return {
    contactLists: findContactListProblems(template),
    settings: findSettingProblems(plan, code),
    queues: findQueueProblems(plan, code),
    triggers: findTriggerProblems(plan, code),
    roles: findRoleProblems(plan),
    runtime: findRuntimeProblems(plan, code),
    hardening: findHardeningProblems(plan),
  };
}
