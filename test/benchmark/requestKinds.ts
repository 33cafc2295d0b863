/** What a request to Graph is for. */
export const requestKinds = [
  'contactCreates',
  'contactPatches',
  'contactDeletes',
  'contactReads',
  'contactPhotos',
  'delta',
  'folders',
  'directory',
  'other',
] as const;
export type RequestKind = (typeof requestKinds)[number];
export type RequestsByKind = Record<RequestKind, number>;

const contactsPath = /^\/users\/\{id\}(?:\/contactFolders\/\{id\})?\/contacts(?<rest>\/.+)?$/;
const foldersPath = /^\/users\/\{id\}\/contactFolders(?:\/\{id\}(?:\/childFolders)?)?$/;
const directoryPath = /^\/(?:groups(?:\/.+)?|users(?:\/\{id\})?)$/;

/** Sums up the simulator's counters by method and route (`GET /users/{id}/contacts`). */
export function countByKind(byRoute: Readonly<Record<string, number>>): RequestsByKind {
  const counts: RequestsByKind = {
    contactCreates: 0,
    contactPatches: 0,
    contactDeletes: 0,
    contactReads: 0,
    contactPhotos: 0,
    delta: 0,
    folders: 0,
    directory: 0,
    other: 0,
  };
  for (const [route, requests] of Object.entries(byRoute)) counts[kindOf(route)] += requests;
  return counts;
}

function kindOf(route: string): RequestKind {
  const [method = '', path = ''] = route.split(' ');
  const contacts = contactsPath.exec(path);
  if (contacts) return kindOfContactRequest(method, contacts.groups?.rest ?? '');
  if (foldersPath.test(path)) return 'folders';
  return directoryPath.test(path) ? 'directory' : 'other';
}

function kindOfContactRequest(method: string, rest: string): RequestKind {
  if (method === 'GET') return rest === '/delta' ? 'delta' : 'contactReads';
  if (method === 'PATCH') return 'contactPatches';
  if (rest.endsWith('/photo/$value')) return 'contactPhotos';
  return method === 'DELETE' || rest.endsWith('/permanentDelete') ? 'contactDeletes' : 'contactCreates';
}
