/** Graph's paths and what serves them. The table's order decides between a fixed segment and a variable one. */

import {
  createContactFolder,
  deleteContactFolder,
  getContactFolder,
  listFolders,
  updateContactFolder,
} from './contactFolders.ts';
import {
  countContacts,
  createContact,
  getContact,
  listContacts,
  permanentlyDeleteContact,
  removeContact,
  updateContact,
} from './contacts.ts';
import { contactsDelta } from './delta.ts';
import {
  addMember,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listMembers,
  listMemberUsers,
  listTransitiveMembers,
  listTransitiveMemberUsers,
  removeMember,
  updateGroup,
} from './groups.ts';
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  reauthorizeSubscription,
  renewSubscription,
} from './subscriptions.ts';
import { createUser, deleteUser, getUser, listUsers, updateUser } from './users.ts';
import type { DirectoryHandler, MailboxHandler } from './world.ts';

type Route = {
  /** Method and path with every variable segment as `{id}`: the key of a counter. */
  name: string;
  segments: string[];
} & ({ scope: 'directory'; handle: DirectoryHandler } | { scope: 'mailbox'; handle: MailboxHandler });

export type RouteMatch = { route: Route; parameters: Record<string, string> };

const table = new Map<string, Route[]>();

directory('GET /users', listUsers);
directory('POST /users', createUser);
directory('GET /users/{user}', getUser);
directory('PATCH /users/{user}', updateUser);
directory('DELETE /users/{user}', deleteUser);
directory('GET /groups', listGroups);
directory('POST /groups', createGroup);
directory('GET /groups/{group}', getGroup);
directory('PATCH /groups/{group}', updateGroup);
directory('DELETE /groups/{group}', deleteGroup);
directory('GET /groups/{group}/members', listMembers);
directory('GET /groups/{group}/members/microsoft.graph.user', listMemberUsers);
directory('GET /groups/{group}/transitiveMembers', listTransitiveMembers);
directory('GET /groups/{group}/transitiveMembers/microsoft.graph.user', listTransitiveMemberUsers);
directory('POST /groups/{group}/members/$ref', addMember);
directory('DELETE /groups/{group}/members/{member}/$ref', removeMember);
directory('GET /subscriptions', listSubscriptions);
directory('POST /subscriptions', createSubscription);
directory('GET /subscriptions/{subscription}', getSubscription);
directory('PATCH /subscriptions/{subscription}', renewSubscription);
directory('DELETE /subscriptions/{subscription}', deleteSubscription);
directory('POST /subscriptions/{subscription}/reauthorize', reauthorizeSubscription);
mailbox('GET /users/{user}/contactFolders', listFolders);
mailbox('POST /users/{user}/contactFolders', createContactFolder);
const folders = [
  '/users/{user}/contactFolders/{folder}',
  '/users/{user}/contactFolders/{parent}/childFolders/{folder}',
];
for (const folder of folders) {
  mailbox(`GET ${folder}`, getContactFolder);
  mailbox(`PATCH ${folder}`, updateContactFolder);
  mailbox(`DELETE ${folder}`, deleteContactFolder);
  mailbox(`GET ${folder}/childFolders`, listFolders);
  mailbox(`POST ${folder}/childFolders`, createContactFolder);
}
for (const place of ['/users/{user}', ...folders]) {
  mailbox(`GET ${place}/contacts`, listContacts);
  mailbox(`POST ${place}/contacts`, createContact);
  mailbox(`GET ${place}/contacts/delta`, contactsDelta);
  mailbox(`GET ${place}/contacts/$count`, countContacts);
  mailbox(`GET ${place}/contacts/{contact}`, getContact);
  mailbox(`PATCH ${place}/contacts/{contact}`, updateContact);
  mailbox(`DELETE ${place}/contacts/{contact}`, removeContact);
  mailbox(`POST ${place}/contacts/{contact}/permanentDelete`, permanentlyDeleteContact);
}

/** Also reads the form `users('x')/contactFolders('y')` of Graph's own links. */
export function matchRoute(method: string, path: string): RouteMatch | undefined {
  const segments = pathSegments(path);
  for (const route of table.get(`${method} ${segments.length}`) ?? []) {
    const parameters = matchSegments(route.segments, segments);
    if (parameters) return { route, parameters };
  }
  return undefined;
}

export function pathSegments(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .flatMap(part => {
      const text = decodeSegment(part);
      const keyed = /^(\w+)\('(.*)'\)$/s.exec(text);
      if (!keyed) return [text.replace(/\(\)$/, '')];
      return [keyed[1] ?? '', (keyed[2] ?? '').replaceAll("''", "'")];
    });
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith('{')) {
      if (actual === '') return undefined;
      parameters[expected.slice(1, -1)] = actual;
    } else if (expected !== actual && expected.toLowerCase() !== actual.toLowerCase()) return undefined;
  }
  return parameters;
}

function directory(pattern: string, handle: DirectoryHandler): void {
  register({ ...describe(pattern), scope: 'directory', handle });
}

function mailbox(pattern: string, handle: MailboxHandler): void {
  register({ ...describe(pattern), scope: 'mailbox', handle });
}

function describe(pattern: string): { name: string; segments: string[] } {
  const segments = pattern.slice(pattern.indexOf('/')).split('/').slice(1);
  return { name: pattern.replaceAll(/\{\w+\}/g, '{id}'), segments };
}

function register(route: Route): void {
  const key = `${route.name.split(' ')[0]} ${route.segments.length}`;
  table.set(key, [...(table.get(key) ?? []), route]);
}
