import type { AuditView } from '../../../shared/api/audit.ts';
import { count, inWords } from './words.ts';

/** What was decided, by the name of the route. */
export const actions: Readonly<Record<string, string>> = {
  chooseList: 'Choice of a list',
  clearMailbox: 'Clear a mailbox',
  clearOwnList: 'Clear their own mailbox',
  decideHold: 'Decision on a hold',
  deleteDefinition: 'Delete list',
  forgetPerson: 'Forget a person',
  halt: 'Halt all lists',
  haltList: 'Halt list',
  keepFile: 'Keep a CSV file',
  proveRemoval: 'Proof of a removal',
  putDefinition: 'Save list',
  putSourceFile: 'Replace a CSV file',
  release: 'Release all lists',
  releaseList: 'Release list',
  resync: 'Sync all lists',
  resyncList: 'Sync list',
  rollBackList: 'Roll back list',
  testNotices: 'Test of the notices',
  unpinList: 'Unpin list',
};

/** One of a newer version of the app is called by its name. */
export function nameOfAction(action: string): string {
  return actions[action] ?? inWords(action);
}

/** What else was asked for; a run is left to be a link. */
export function tellDetails(details: AuditView['details']): string {
  return Object.entries(details)
    .filter(([name]) => name !== 'run')
    .map(([name, value]) => tellDetail(name, value))
    .filter(text => text !== '')
    .join(', ');
}

function tellDetail(name: string, value: string | number | boolean): string {
  switch (name) {
    case 'basedOn':
      return `made from version ${value}`;
    case 'bytes':
      return `${count(Number(value))} bytes`;
    case 'choice':
      return `switched ${value}`;
    case 'decision':
      return value === 'approve' ? 'approved' : 'rejected';
    case 'kind':
      return inWords(String(value));
    case 'mode':
      return value === 'full' ? 'every folder compared' : '';
    case 'reason':
      return `“${value}”`;
    case 'removals':
      return `${count(Number(value))} removals`;
    case 'verify':
      return value ? 'looked into the mailboxes' : '';
    default:
      return `${inWords(name).toLowerCase()} ${value}`;
  }
}
