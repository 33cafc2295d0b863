import type { SourceAdapters } from '../ports/sourceKind.ts';
import type { TenantConnection } from '../ports/tenantGraph.ts';
import type { Connections } from '../settings/connections.ts';

/** Undefined for the app's own tenant, of a source that names no connection. */
export function tenantNamed(name: string | undefined, { usable }: Connections): TenantConnection | undefined {
  if (name === undefined) return undefined;
  const connection = usable.get(name);
  if (connection?.kind === 'tenant') return connection;
  // A list that names another is refused when the settings are read.
  throw new Error(`There is no tenant "${name}" in CONNECTIONS`);
}

/** The adapters of a source: of the tenant that its connection leads to, or of the app's own. */
export function inTenant(
  tenant: TenantConnection | undefined,
  adapters: SourceAdapters<Connections>,
): SourceAdapters<Connections> {
  if (!tenant) return adapters;
  const { probes, ...graph } = adapters.openTenant(tenant);
  return { ...adapters, ...graph, probes: { ...adapters.probes, ...probes } };
}
