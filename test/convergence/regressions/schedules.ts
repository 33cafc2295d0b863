import type { Action } from '../actions.ts';
import type { Scene } from '../scene.ts';

/** A schedule that the search found, as small as it got. */
export interface Regression {
  readonly name: string;
  readonly scene: Scene;
  readonly actions: readonly Action[];
}

const oneMailbox: Scene = {
  lists: 1,
  mailboxes: 1,
  contacts: 1,
  userEdits: 'keep',
  removals: 'delete',
  whenTargetLeaves: 'cleanUp',
};

export const regressions: readonly Regression[] = [
  {
    name: 'a vanished list whose clean-up waits for a decision sends its mailboxes nothing',
    scene: { ...oneMailbox, mailboxes: 2 },
    actions: [{ do: 'run' }, { do: 'steps', count: 1 }, { do: 'changePresence', list: 0 }],
  },
  {
    name: 'a folder made by a process that died is renamed like any of ours',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'fault', on: 'tableWrite', kind: 'refused', after: 12 },
      { do: 'fault', on: 'tableWrite', kind: 'refused', after: 11 },
      { do: 'settle' },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
    ],
  },
  {
    name: 'a folder in place of a lost one is filled although its listing failed at first',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'userDeletesFolder', mailbox: 0, list: 0 },
      { do: 'fault', on: 'graphRead', kind: 'refused', after: 5 },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
      { do: 'fault', on: 'tableRead', kind: 'refused', after: 6 },
    ],
  },
  {
    name: 'a contact that a user brings back is not made again when the source changes it',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'userDeletes', contact: 0 },
      { do: 'resync', list: 0, mailbox: null, full: true },
      { do: 'settle' },
      { do: 'userRestores', contact: 0 },
      { do: 'editContact', contact: 0, field: 'displayName', value: 0 },
    ],
  },
  {
    name: 'a contact that moves between two source folders while they are read stays',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'steps', count: 8 },
      { do: 'addContact', folder: 3, value: 2 },
      { do: 'steps', count: 3 },
      { do: 'moveContact', contact: 3, folder: 0 },
      { do: 'run' },
    ],
  },
  {
    name: 'a contact that a user brings back goes when the mailbox leaves the list',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'userDeletes', contact: 0 },
      { do: 'resync', list: 0, mailbox: null, full: true },
      { do: 'settle' },
      { do: 'userRestores', contact: 0 },
      { do: 'changeMembership', mailbox: 0, list: 0 },
    ],
  },
  {
    name: 'a contact that a user brings back while making it again was refused is not there twice',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'editContact', contact: 0, field: 'department', value: 0 },
      { do: 'userDeletes', contact: 0 },
      { do: 'fault', on: 'graphWrite', kind: 'rejected', after: 1 },
      { do: 'run' },
      { do: 'settle' },
      { do: 'userRestores', contact: 0 },
    ],
  },
  {
    name: 'a contact whose folder was lost and that Graph refused then is not taken for deleted by the user',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'userDeletesFolder', mailbox: 0, list: 0 },
      { do: 'poison', mailbox: 0, contact: 0 },
      { do: 'askForFullReconcile' },
      { do: 'decideHold', list: 0, approve: false },
    ],
  },
  {
    name: 'a refused contact that the source removed and that is to be kept is not tried for ever',
    scene: { ...oneMailbox, removals: 'keep' },
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'poison', mailbox: 0, contact: 0 },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: 'Firm', renamed: false },
      { do: 'removeAll', folder: 0 },
      { do: 'breakSource', list: 0 },
    ],
  },
  {
    name: 'a folder made in place of a lost one by a process that died then is renamed like any of ours',
    scene: { ...oneMailbox, mailboxes: 2 },
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'crash', after: 39, side: 'before', inFlight: 'lost' },
      { do: 'userDeletesFolder', mailbox: 0, list: 0 },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: 'Firm', renamed: false },
      { do: 'resync', list: 0, mailbox: null, full: false },
      { do: 'settle' },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
      { do: 'breakSource', list: 0 },
    ],
  },
  {
    name: 'a folder whose making got no answer and could not be looked up is renamed like any of ours',
    scene: { ...oneMailbox, lists: 2, mailboxes: 2 },
    actions: [
      { do: 'fault', on: 'graphWrite', kind: 'late', after: 0 },
      { do: 'fault', on: 'graphRead', kind: 'refused', after: 7 },
      { do: 'run' },
      { do: 'settle' },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
      { do: 'crash', after: 0, side: 'before', inFlight: 'lands' },
    ],
  },
  {
    name: 'a contact whose removal got no answer and was then refused comes back with its source',
    scene: { ...oneMailbox, lists: 2 },
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'changeSettings', list: 1, mapping: 'plain', category: 'Board', renamed: true },
      { do: 'editContact', contact: 0, field: 'displayName', value: 0 },
      { do: 'run' },
      { do: 'removeAll', folder: 2 },
      { do: 'fault', on: 'graphWrite', kind: 'rejected', after: 3 },
      { do: 'fault', on: 'graphWrite', kind: 'cut', after: 2 },
      { do: 'poison', mailbox: 0, contact: 0 },
      { do: 'settle' },
      { do: 'restoreContact', contact: 0 },
      { do: 'settle' },
    ],
  },
  {
    name: 'a list that was gone while a listing was owed doubles nothing when it is back',
    scene: { ...oneMailbox, contacts: 30 },
    actions: [
      { do: 'resync', list: 0, mailbox: null, full: false },
      { do: 'steps', count: 32 },
      { do: 'crash', after: 10, side: 'before', inFlight: 'lands' },
      { do: 'changePresence', list: 0 },
      { do: 'settle' },
      { do: 'changePresence', list: 0 },
      { do: 'run' },
    ],
  },
  {
    name: 'a folder whose renaming got no answer has its name, also when the old one is wanted again',
    scene: oneMailbox,
    actions: [
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
      { do: 'run' },
      { do: 'settle' },
      { do: 'changePresence', list: 0 },
      { do: 'fault', on: 'graphWrite', kind: 'rejected', after: 1 },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: false },
      { do: 'fault', on: 'graphWrite', kind: 'slow', after: 0 },
      { do: 'changePresence', list: 0 },
      { do: 'resync', list: 0, mailbox: null, full: false },
      { do: 'settle' },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
    ],
  },
  {
    name: 'a copy that is all that is left of a contact is taken for it, also once its people are imported anew',
    scene: { ...oneMailbox, userEdits: 'revert' },
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'userCopies', contact: 0, edited: false },
      { do: 'userDeletes', contact: 0 },
      { do: 'importAnew', folder: 0 },
    ],
  },
  {
    name: 'a contact that Graph fails at for good is told of, also where handlers have time for one batch alone',
    scene: oneMailbox,
    actions: [
      { do: 'poison', mailbox: 0, contact: 0, how: 'serverError' },
      { do: 'run' },
      { do: 'crash', after: 0, side: 'before', inFlight: 'lands' },
      { do: 'settle' },
      { do: 'crash', after: 2, side: 'after', inFlight: 'lands' },
      { do: 'fault', on: 'graphRead', kind: 'refused', after: 4 },
    ],
  },
  {
    name: 'a patch that Graph does late, after it was sent again, does not undo the next one',
    scene: oneMailbox,
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'fault', on: 'graphWrite', kind: 'late', after: 0 },
      { do: 'editContact', contact: 0, field: 'department', value: 0 },
      { do: 'run' },
      { do: 'steps', count: 16 },
      { do: 'editContact', contact: 0, field: 'department', value: 1 },
      { do: 'run' },
    ],
  },
  {
    name: 'a mailbox whose leaving waits for a decision is sent nothing again and again once a rule is gone',
    scene: { ...oneMailbox, isRestricted: true },
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'changeMembership', mailbox: 0, list: 0 },
      { do: 'changeRule', list: 0 },
    ],
  },
  {
    name: "a user's contact that is deleted with its folder while it is taken over is made anew",
    scene: { ...oneMailbox, mailboxes: 3, existing: 'adoptAnywhere' },
    actions: [
      { do: 'run' },
      { do: 'steps', count: 63 },
      { do: 'userDeletesFolder', mailbox: 0, list: 0 },
      { do: 'run' },
    ],
  },
  {
    name: 'a contact that Graph refuses in a new folder stays in the one of before, and is told of',
    scene: { ...oneMailbox, contacts: 4, existing: 'adoptInFolder' },
    actions: [
      { do: 'run' },
      { do: 'settle' },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: null, renamed: true },
      { do: 'poison', mailbox: 0, contact: 3, how: 'refused' },
    ],
  },
  {
    name: 'a mailbox that left and whose rows were put back as they were before its first fill is cleaned up again',
    scene: { ...oneMailbox, mailboxes: 3, contacts: 3, isRestricted: true, existing: 'adoptInFolder' },
    actions: [
      { do: 'run' },
      { do: 'steps', count: 75 },
      { do: 'backUpTables' },
      { do: 'changeMembership', mailbox: 0, list: 0 },
      { do: 'repeatMessage' },
      { do: 'settle' },
      { do: 'putTablesBack' },
      { do: 'changeSettings', list: 0, mapping: 'plain', category: 'Firm', renamed: false },
    ],
  },
  {
    name: 'a contact whose taking over Graph refused, and that the list lost and keeps, is written once the list has it again',
    scene: { ...oneMailbox, contacts: 3, removals: 'keep', existing: 'adoptInFolder' },
    actions: [
      { do: 'run' },
      { do: 'fault', on: 'graphWrite', kind: 'rejected', after: 0 },
      { do: 'changeOwner', contact: 4, owner: 3 },
      { do: 'steps', count: 56 },
      { do: 'rollBack', list: 0, positions: 6 },
      { do: 'freeze', host: 1, seconds: 200 },
    ],
  },
];
