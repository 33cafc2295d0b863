import type { Access } from '../../shared/api/roles.ts';

/**
 * What it takes to call a route in the console, by its name (rules.md: Console). Reader: states and counts; Operator:
 * the contents, and decisions; Admin: lists. A route that is missing here is not in the console.
 */
export const routeRoles: Readonly<Record<string, Access>> = {
  session: 'employee',
  openApi: 'employee',
  getOwnLists: 'employee',
  chooseList: 'employee',
  clearOwnList: 'employee',

  listLists: 'Reader',
  getList: 'Reader',
  getDays: 'Reader',
  getListDays: 'Reader',
  listMailboxes: 'Reader',
  listHeldMailboxes: 'Reader',
  findMailbox: 'Reader',
  getMailbox: 'Reader',
  listRuns: 'Reader',
  getRun: 'Reader',

  searchContacts: 'Operator',
  preview: 'Operator',
  explain: 'Operator',
  proveRemoval: 'Operator',
  getRunResult: 'Operator',
  forgetPerson: 'Operator',
  testConnection: 'Operator',
  getSourceFolders: 'Operator',
  putSourceFile: 'Operator',
  resync: 'Operator',
  resyncList: 'Operator',
  clearMailbox: 'Operator',
  decideHold: 'Operator',
  haltList: 'Operator',
  releaseList: 'Operator',
  rollBackList: 'Operator',
  unpinList: 'Operator',
  halt: 'Operator',
  release: 'Operator',
  listDecisions: 'Operator',

  getDefinition: 'Operator',
  listDefinitionVersions: 'Operator',

  putDefinition: 'Admin',
  deleteDefinition: 'Admin',
  tryList: 'Admin',
  keepFile: 'Admin',
  getOpenSources: 'Admin',
  searchDirectory: 'Admin',
  // Of any mailbox of the tenant: for whoever may make a list of its folders.
  getContactFolders: 'Admin',
  testNotices: 'Admin',
};

/**
 * Routes of no list that tell an operator of some lists of these alone, beside the routes of those lists (rules.md:
 * Console). Each asks `seesList`.
 */
export const ofListsAlone: readonly string[] = [
  'listLists',
  'getDays',
  'listRuns',
  'getRun',
  'getRunResult',
  'findMailbox',
  'getMailbox',
];
