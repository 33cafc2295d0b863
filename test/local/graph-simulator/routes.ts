/** Graph's paths and what serves them. The table's order decides between a fixed segment and a variable one. */

import {
  countFolders,
  createContactFolder,
  deleteContactFolder,
  getContactFolder,
  listFolders,
  permanentlyDeleteFolder,
  updateContactFolder,
} from './contactFolders.ts';
import { getContactPhoto, getContactPhotoBytes, refuseContactPhotoSize, setContactPhoto } from './contactPhotos.ts';
import {
  countContacts,
  createContact,
  getContact,
  listContacts,
  permanentlyDeleteContact,
  removeContact,
  updateContact,
} from './contacts.ts';
import { getDeletedUser, listDeletedUsers, removeUserForGood, restoreUser } from './deletedItems.ts';
import { contactsDelta } from './delta.ts';
import { directoryDelta } from './directoryDelta.ts';
import { foldersDelta } from './folderDelta.ts';
import { type GraphError, nonExistentMailbox } from './graphError.ts';
import {
  addMember,
  countGroups,
  countMembers,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listMembers,
  listMembersOfKind,
  memberPlaces,
  removeMember,
  updateGroup,
} from './groups.ts';
import { getManager, listReports, removeManager, setManager } from './managers.ts';
import { countOrgContacts, getOrgContact, listOrgContacts } from './orgContacts.ts';
import { sendMail } from './sentMail.ts';
import {
  changeSubscription,
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  reauthorizeSubscription,
} from './subscriptions.ts';
import {
  getSizedUserPhoto,
  getSizedUserPhotoBytes,
  getUserPhoto,
  getUserPhotoBytes,
  listUserPhotos,
  setUserPhoto,
} from './userPhotos.ts';
import { countUsers, createUser, deleteUser, getUser, listUsers, updateUser } from './users.ts';
import type { DirectoryHandler, MailboxHandler } from './world.ts';

type Route = {
  /** Method and path with every variable segment as `{id}`: the key of a counter. */
  name: string;
  /** Places of the path's fixed segments, whose case does not count, and of its variable ones. */
  fixed: [index: number, segment: string][];
  variables: [index: number, name: string][];
  /** Takes the bytes of an image, no JSON. */
  takesImage: boolean;
} & (
  | { scope: 'directory'; handle: DirectoryHandler }
  | { scope: 'mailbox'; handle: MailboxHandler; withoutMailbox?: () => GraphError }
);

export type RouteMatch = { route: Route; parameters: Record<string, string> };

const table = new Map<string, Route[]>();

directory('GET /users', listUsers);
directory('POST /users', createUser);
directory('GET /users/delta', directoryDelta('user'));
directory('GET /users/$count', countUsers);
directory('GET /users/{user}', getUser);
directory('PATCH /users/{user}', updateUser);
directory('DELETE /users/{user}', deleteUser);
directory('GET /users/{user}/manager', getManager);
directory('GET /users/{user}/directReports/microsoft.graph.user', listReports);
directory('PUT /users/{user}/manager/$ref', setManager);
directory('DELETE /users/{user}/manager/$ref', removeManager);
directory('GET /directory/deletedItems/microsoft.graph.user', listDeletedUsers);
directory('GET /directory/deletedItems/{deleted}', getDeletedUser);
directory('POST /directory/deletedItems/{deleted}/restore', restoreUser);
directory('DELETE /directory/deletedItems/{deleted}', removeUserForGood);
directory('GET /contacts', listOrgContacts);
directory('GET /contacts/delta', directoryDelta('orgContact'));
directory('GET /contacts/$count', countOrgContacts);
directory('GET /contacts/{orgContact}', getOrgContact);
directory('GET /groups', listGroups);
directory('POST /groups', createGroup);
directory('GET /groups/delta', directoryDelta('group'));
directory('GET /groups/$count', countGroups);
directory('GET /groups/{group}', getGroup);
directory('PATCH /groups/{group}', updateGroup);
directory('DELETE /groups/{group}', deleteGroup);
for (const { segment, members } of memberPlaces) {
  const place = `GET /groups/{group}/${segment}`;
  directory(place, listMembers(members));
  directory(`${place}/$count`, countMembers(members));
  directory(`${place}/microsoft.graph.user`, listMembersOfKind(members, 'user', 'users'));
  directory(`${place}/microsoft.graph.group`, listMembersOfKind(members, 'group', 'groups'));
  directory(`${place}/microsoft.graph.orgContact`, listMembersOfKind(members, 'orgContact', 'contacts'));
}
directory('POST /groups/{group}/members/$ref', addMember);
directory('DELETE /groups/{group}/members/{member}/$ref', removeMember);
directory('GET /subscriptions', listSubscriptions);
directory('POST /subscriptions', createSubscription);
directory('GET /subscriptions/{subscription}', getSubscription);
directory('PATCH /subscriptions/{subscription}', changeSubscription);
directory('DELETE /subscriptions/{subscription}', deleteSubscription);
directory('POST /subscriptions/{subscription}/reauthorize', reauthorizeSubscription);
mailbox('POST /users/{user}/sendMail', sendMail);
userPhoto('GET /users/{user}/photo', getUserPhoto);
userPhoto('GET /users/{user}/photos', listUserPhotos);
userPhoto('GET /users/{user}/photo/$value', getUserPhotoBytes);
userPhoto('PUT /users/{user}/photo/$value', setUserPhoto);
userPhoto('GET /users/{user}/photos/{size}', getSizedUserPhoto);
userPhoto('GET /users/{user}/photos/{size}/$value', getSizedUserPhotoBytes);
mailbox('GET /users/{user}/contactFolders/delta', foldersDelta);
mailbox('GET /users/{user}/contactFolders/$count', countFolders);
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
  mailbox(`POST ${folder}/permanentDelete`, permanentlyDeleteFolder);
  mailbox(`GET ${folder}/childFolders/$count`, countFolders);
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
  mailbox(`GET ${place}/contacts/{contact}/photo`, getContactPhoto);
  mailbox(`GET ${place}/contacts/{contact}/photo/$value`, getContactPhotoBytes);
  mailbox(`PUT ${place}/contacts/{contact}/photo/$value`, setContactPhoto);
  mailbox(`GET ${place}/contacts/{contact}/photos/{size}/$value`, refuseContactPhotoSize);
}

/** Also reads the form `users('x')/contactFolders('y')` of Graph's own links, and a cast written `graph.user`. */
export function matchRoute(method: string, segments: readonly string[]): RouteMatch | undefined {
  const route = table.get(`${method} ${segments.length}`)?.find(each => isMatch(each, segments));
  if (!route) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of route.variables) parameters[name] = segments[index] ?? '';
  return { route, parameters };
}

function isMatch({ fixed, variables }: Route, segments: readonly string[]): boolean {
  for (const [index, expected] of fixed) {
    const actual = segments[index] ?? '';
    if (actual === expected) continue;
    if (actual.length !== expected.length || actual.toLowerCase() !== expected.toLowerCase()) return false;
  }
  return variables.every(([index]) => segments[index] !== '');
}

/** Whether the path is served with another method. */
export function isServed(segments: readonly string[]): boolean {
  return ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].some(method => matchRoute(method, segments) !== undefined);
}

export function pathSegments(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .flatMap(part => {
      const text = decodeSegment(part);
      if (text.startsWith('graph.')) return [`microsoft.${text}`];
      if (!text.endsWith(')')) return [text];
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

function directory(pattern: string, handle: DirectoryHandler): void {
  register({ ...describe(pattern), scope: 'directory', handle });
}

function mailbox(pattern: string, handle: MailboxHandler): void {
  register({ ...describe(pattern), scope: 'mailbox', handle });
}

/** Also of who has no mailbox, with an error of its own. */
function userPhoto(pattern: string, handle: MailboxHandler): void {
  register({ ...describe(pattern), scope: 'mailbox', handle, withoutMailbox: nonExistentMailbox });
}

function describe(pattern: string): Omit<Route, 'scope' | 'handle'> {
  const segments = pattern.slice(pattern.indexOf('/')).split('/').slice(1);
  const places = segments.map((segment, index): [number, string] => [index, segment]);
  return {
    name: pattern.replaceAll(/\{\w+\}/g, '{id}'),
    fixed: places.filter(([, text]) => !text.startsWith('{')),
    variables: places.filter(([, text]) => text.startsWith('{')).map(([index, text]) => [index, text.slice(1, -1)]),
    takesImage: pattern.startsWith('PUT ') && segments.at(-1) === '$value',
  };
}

function register(route: Route): void {
  const key = `${route.name.split(' ')[0]} ${route.fixed.length + route.variables.length}`;
  table.set(key, [...(table.get(key) ?? []), route]);
}
