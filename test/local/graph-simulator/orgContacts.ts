/** Mail contacts of the organisation, which Graph only reads. https://learn.microsoft.com/graph/api/resources/orgcontact */
import { directoryEntity, readDirectorySelect } from './directoryProperties.ts';
import { type DirectoryCollection, directoryCount, directoryPage } from './directoryQueries.ts';
import type { GraphAnswer } from './exchange.ts';
import { directoryObjectNotFound } from './graphError.ts';
import { readObjectId } from './references.ts';
import { type DirectoryCall, parameter } from './world.ts';

const collection: DirectoryCollection = { kind: 'orgContact', context: 'contacts' };

export function listOrgContacts(call: DirectoryCall): GraphAnswer {
  return directoryPage(call.request, [...call.world.tenant.orgContacts.values()], collection);
}

export function countOrgContacts(call: DirectoryCall): GraphAnswer {
  return directoryCount(call.request, [...call.world.tenant.orgContacts.values()], collection);
}

export function getOrgContact(call: DirectoryCall): GraphAnswer {
  const { request, world } = call;
  const id = readObjectId(parameter(call, 'orgContact'));
  const contact = world.tenant.orgContacts.get(id);
  if (!contact) throw directoryObjectNotFound(id);
  const select = readDirectorySelect('orgContact', request.query.get('$select'));
  const context = `${request.origin}/v1.0/$metadata#contacts/$entity`;
  return { status: 200, body: { '@odata.context': context, ...directoryEntity(contact, select) } };
}
