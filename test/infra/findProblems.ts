import { hasArmTypes } from './armShapes.ts';
import { syntaxProblems } from './bicep/parser.ts';
import { findContactListProblems } from './checks/contactLists.ts';
import { findHardeningProblems } from './checks/hardening.ts';
import { findModuleProblems, findParameterProblems } from './checks/modules.ts';
import { findQueueProblems } from './checks/queues.ts';
import { findResourceProblems } from './checks/resourceTypes.ts';
import { findRoleProblems } from './checks/roles.ts';
import { findRuntimeProblems } from './checks/runtime.ts';
import { findSettingProblems } from './checks/settings.ts';
import { findSymbolProblems } from './checks/symbols.ts';
import { findTriggerProblems } from './checks/triggers.ts';
import type { Code } from './code.ts';
import { planDeployment } from './deploymentPlan.ts';
import { type InfraTexts, parseInfra } from './infra.ts';

/** All that is wrong with the infrastructure, by itself and for the code, by check. */
export function findProblems(texts: InfraTexts, code: Code): Record<string, string[]> {
  const infra = parseInfra(texts);
  const roots = [...infra.files.values()].map(({ path, root }) => [path, root] as const);
  const syntax = [...roots, ...infra.parameterFiles].flatMap(([path, root]) =>
    syntaxProblems(root).map(problem => `${path}: ${problem}`),
  );
  // What was not understood cannot be checked further.
  if (syntax.length > 0) return { syntax };
  const plan = planDeployment(infra);
  return {
    syntax,
    symbols: findSymbolProblems(infra),
    modules: findModuleProblems(infra),
    parameters: findParameterProblems(infra),
    resources: hasArmTypes() ? findResourceProblems(infra) : [],
    contactLists: findContactListProblems(infra),
    settings: findSettingProblems(plan, code),
    queues: findQueueProblems(plan, code),
    triggers: findTriggerProblems(plan, code),
    roles: findRoleProblems(plan),
    runtime: findRuntimeProblems(plan, code),
    hardening: findHardeningProblems(plan),
  };
}
