import { hold } from './finding.ts';
import type { Trial } from './trial.ts';

/**
 * Whether somebody who names himself the admin is believed. App Service says that it takes the header from nobody; that
 * it does so on Flex Consumption is written nowhere (test/local/functions-host/sources.md).
 */
export async function askOfForgedPrincipal({
  webhook,
  tenantId,
}: Pick<Trial, 'webhook' | 'tenantId'>): Promise<string | undefined> {
  if (webhook === undefined || tenantId === undefined) return undefined;
  const claims = [
    ['tid', tenantId],
    ['oid', '00000000-0000-4000-8000-000000000000'],
    ['roles', 'Admin'],
  ].map(([typ, val]) => ({ typ, val }));
  const principal = { auth_typ: 'aad', name_typ: 'name', role_typ: 'roles', claims };
  const { status } = await fetch(`${webhook}/api/console/api/session`, {
    headers: {
      'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
      'x-ms-client-principal-idp': 'aad',
    },
  });
  if (status === 404) return 'there is no console that could believe one';
  hold(status === 401, `it is answered ${status}: take consoleClientId out, and deploy again`);
  return 'answered 401';
}
