import { z } from 'zod';
import { issuerOf, principalId } from '../managed-identity/tokens.ts';
import { connectToSimulator } from './graphBatches.ts';
import { generatePeople } from './people.ts';
import { createContacts } from './seed.ts';

/** Another organisation, which lets the app read one mailbox; `infra/docs/sources/otherTenant.md` names it. */
export const partner = {
  tenantId: '9a0f3c1e-5b7d-4f2a-8c6e-1d2b3a4c5e6f',
  clientId: '0b9e6a52-3d14-4c8f-a7d1-6e5f4c3b2a10',
  mailbox: 'shared@fabrikam.example',
  folder: 'Partners',
  people: 40,
} as const;

/** Adds the tenant to a Graph simulator, which keeps none but its first. */
export async function seedPartnerTenant(graphUrl: string): Promise<void> {
  const { tenantId, clientId, mailbox } = partner;
  await control(graphUrl, '/tenants', { id: tenantId });
  await control(graphUrl, `/apps?tenant=${tenantId}`, {
    clientId,
    federatedCredential: { issuer: issuerOf(), subject: principalId },
    mailboxes: [mailbox],
  });
  const send = await connectToSimulator(graphUrl, 'partner-tenant', tenantId);
  const body = { displayName: 'Shared with partners', userPrincipalName: mailbox };
  await send([{ method: 'POST', url: '/users', body }], z.unknown());
  await createContacts(send, mailbox, partner.folder, generatePeople(partner.people, 'fabrikam.example'));
}

async function control(graphUrl: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${graphUrl}/_simulator${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The Graph simulator answers POST ${path} with ${answer.status}`);
}
