import { z } from 'zod';
import { readDirectoryBody } from './directoryBodies.ts';
import { directoryObjectNotFound, invalidObjectId } from './graphError.ts';
import { type DirectoryObject, findDirectoryObject, type Tenant } from './tenant.ts';

const referenceSchema = z.looseObject({ '@odata.id': z.string() });
const objectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An object id, in lower case. @throws 400 for what is no GUID */
export function readObjectId(id: string): string {
  if (!objectId.test(id)) throw invalidObjectId(id);
  return id.toLowerCase();
}

/**
 * What `https://graph.microsoft.com/v1.0/directoryObjects/{id}` refers to, or `/users/`, `/groups/` or `/contacts/`
 * instead, at any origin.
 *
 * @throws 400 for no GUID, 404 for no object of the tenant
 */
export function referencedObject(tenant: Tenant, reference: string): DirectoryObject {
  const key = decodeURIComponent(/\/(?:directoryObjects|users|groups|contacts)\/([^/]+)$/i.exec(reference)?.[1] ?? '');
  const id = readObjectId(key);
  const found = findDirectoryObject(tenant, id);
  if (!found) throw directoryObjectNotFound(id);
  return found;
}

/** The address in a `$ref` request's body. @throws 400 Request_BadRequest */
export function readReference(body: unknown): string {
  return readDirectoryBody(referenceSchema, body)['@odata.id'];
}
