import { advised, tryStep } from '../connection-steps/connectionSteps.ts';
import { adviseOnSignIn } from '../connection-steps/tenantAdvice.ts';
import type { AppIdentity } from '../ports/connectionProbes.ts';
import type { StepResult } from '../ports/connectionStep.ts';
import type { SourceAdapters } from '../ports/sourceKind.ts';
import type { TenantConnection } from '../ports/tenantGraph.ts';

/** Whether another tenant lets the app in at all. */
export function testSignIn(
  name: string,
  tenant: TenantConnection,
  { clock, probes }: Pick<SourceAdapters<unknown>, 'clock' | 'probes'>,
): Promise<StepResult<AppIdentity>> {
  return tryStep(name, [], clock, async () => {
    const value = await advised(() => probes.graph.getToken(), { probe: failure => adviseOnSignIn(failure, tenant) });
    const roles = value.roles?.join(', ');
    const detail = `The tenant ${tenant.tenantId} lets the app in`;
    if (!roles) return { value, detail };
    return {
      value,
      detail: `${detail}, and has consented to ${roles}`,
      remedy: `What a tenant consents to reaches all of its mailboxes and users, whatever the scope of RBAC for Applications: an admin of that tenant takes away what is not meant, under Enterprise applications, Permissions`,
    };
  });
}
