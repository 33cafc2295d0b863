import { z } from 'zod';
import type { SamplePerson } from '../functions-host/signIn.ts';
import { connectToSimulator } from './graphBatches.ts';
import { generatePeople } from './people.ts';
import { sampleTenant } from './seed.ts';

const tenantId = '5a3b1f60-1c1e-4d0e-9f43-000000000001';

/** By position among the members, all of whom have a mailbox that lists arrive in. */
const rolesOf: readonly { readonly position: number; readonly role: string | undefined }[] = [
  { position: 1, role: 'Admin' },
  { position: 2, role: 'Operator' },
  { position: 4, role: 'Reader' },
  { position: 0, role: undefined },
  { position: 20, role: undefined },
];

const userSchema = z.object({ id: z.string(), displayName: z.string() });

/** App settings with which the local host lets members of the sample company sign in to the console. */
export async function sampleSignIn(graphUrl: string): Promise<Record<string, string>> {
  return signInSettings(await findSamplePeople(graphUrl));
}

/** The same with other people. */
export function signInSettings(people: readonly SamplePerson[]): Record<string, string> {
  return {
    CONSOLE_SIGN_IN: 'entra',
    CONSOLE_TENANT_ID: tenantId,
    CONSOLE_SOURCES: 'directory@contoso.example',
    WEBSITE_AUTH_ENABLED: 'true',
    LOCAL_PEOPLE: JSON.stringify(people),
  };
}

/** With the ids that the tenant gave them. */
async function findSamplePeople(graphUrl: string): Promise<SamplePerson[]> {
  const send = await connectToSimulator(graphUrl, 'sample-tenant');
  const members = generatePeople(sampleTenant.members, sampleTenant.domain);
  const chosen = rolesOf.map(({ position, role }) => ({
    address: members[position]?.emailAddresses[0]?.address ?? '',
    roles: role === undefined ? [] : [role],
  }));
  const users = await send(
    chosen.map(({ address }) => ({ method: 'GET', url: `/users/${encodeURIComponent(address)}` })),
    userSchema,
  );
  return users.map(({ id, displayName }, index) => ({
    address: chosen[index]?.address ?? '',
    roles: chosen[index]?.roles ?? [],
    name: displayName,
    objectId: id,
  }));
}
