import fc from 'fast-check';
import { type Action, breakages, folderRefusals, poisons, sourceFields, userFields } from './actions.ts';
import { effectKinds, faultKinds } from './faults.ts';
import { categoryVariants, mappingVariants } from './model.ts';
import type { Scene } from './scene.ts';
import { ScheduleCommand } from './search.ts';

const few = fc.nat({ max: 5 });
/** Folders, and what else lists read. */
const place = fc.nat({ max: 7 });
const list = fc.nat({ max: 1 });
const mailbox = fc.nat({ max: 2 });
/** How many requests later something happens: often soon. */
const soon = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 60 }));

type ActionNamed<Name, Each = Action> = Each extends { readonly do: infer Names }
  ? Name extends Names
    ? Each
    : never
  : never;

function action<Name extends Action['do']>(
  name: Name,
  parameters: {
    [Key in Exclude<keyof ActionNamed<Name>, 'do'>]: fc.Arbitrary<ActionNamed<Name>[Key]>;
  },
): fc.Arbitrary<Action> {
  return fc.record({ do: fc.constant(name), ...parameters }) as unknown as fc.Arbitrary<Action>;
}

const faults: fc.Arbitrary<Action>[] = effectKinds.map(on =>
  fc.record({
    do: fc.constant('fault' as const),
    on: fc.constant(on),
    kind: fc.constantFrom(...faultKinds[on]),
    after: soon,
  }),
);
const steps = action('steps', { count: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 80 })) });
const settle = action('settle', {});
const run = action('run', {});
const crash = action('crash', {
  after: soon,
  side: fc.constantFrom('before', 'after'),
  inFlight: fc.constantFrom('lands', 'lost'),
});
const changeSettings = action('changeSettings', {
  list,
  mapping: fc.constantFrom(...mappingVariants),
  category: fc.constantFrom(...categoryVariants),
  renamed: fc.boolean(),
});
const graphWriteFault = action('fault', {
  on: fc.constant('graphWrite'),
  kind: fc.constantFrom(...faultKinds.graphWrite),
  after: fc.nat({ max: 8 }),
});

/** Every command with how often it comes. */
const weighted: [number, fc.Arbitrary<Action>][] = [
  [8, steps],
  [8, settle],
  [16, run],
  [2, action('passTime', { seconds: fc.constantFrom(1, 10, 40, 200, 700, 4000) })],
  [3, action('resync', { list, mailbox: fc.option(mailbox), full: fc.boolean() })],
  [1, action('askForFullReconcile', {})],
  [1, action('takeUpDeadLetters', {})],
  [2, action('decideHold', { list, approve: fc.boolean() })],
  [2, action('release', { list })],
  [3, action('rollBack', { list, positions: fc.nat({ max: 9 }) })],
  [3, action('rollBackRun', { list, run: few })],
  [3, action('unpin', { list })],
  [3, action('forgetPerson', { list, person: few })],
  [4, action('addContact', { folder: place, value: few })],
  [8, action('editContact', { contact: place, field: fc.constantFrom(...sourceFields), value: fc.nat({ max: 2 }) })],
  [4, action('removeContact', { contact: place })],
  [2, action('restoreContact', { contact: few })],
  [1, action('moveContact', { contact: few, folder: few })],
  [1, action('removeAll', { folder: place })],
  [1, action('restoreAll', {})],
  [2, action('importAnew', { folder: few })],
  [1, action('killDeltaTokens', { list })],
  [1, action('breakPlace', { place })],
  [1, action('mendPlace', { place })],
  [1, action('killCursors', { place })],
  [1, action('breakSource', { list })],
  [1, action('mendSource', { list })],
  [1, action('fillSource', { list })],
  [3, action('userEdits', { contact: few, field: fc.constantFrom(...userFields), value: fc.nat({ max: 2 }) })],
  [3, action('userDeletes', { contact: few })],
  [1, action('userDeletesWithFolder', { contact: few })],
  [1, action('userPurges', { contact: few })],
  [2, action('userCategorizes', { contact: few, value: fc.nat({ max: 1 }) })],
  [2, action('userMoves', { contact: few })],
  [2, action('userRestores', { contact: few })],
  [1, action('userDeletesFolder', { mailbox, list })],
  [1, action('userAddsContact', { mailbox, list })],
  [2, action('userAddsFolder', { mailbox, list })],
  [2, action('userCopies', { contact: few, edited: fc.boolean() })],
  [1, action('replaceMailbox', { mailbox })],
  [1, action('refuseFolderDeletion', { mailbox, how: fc.constantFrom(...folderRefusals) })],
  [2, action('changeMembership', { mailbox, list })],
  [1, action('changeAccount', { mailbox })],
  [3, action('changeReaders', { mailbox, list })],
  [1, action('changeRule', { list })],
  [3, action('changeOwner', { contact: few, owner: fc.nat({ max: 4 }) })],
  [3, action('choose', { mailbox, list })],
  [1, action('markPrivate', { contact: few })],
  [3, action('changePhoto', { contact: place, value: fc.nat({ max: 2 }) })],
  [1, action('forgetPhotos', {})],
  [2, changeSettings],
  [1, action('changePresence', { list })],
  [2, action('poison', { mailbox, contact: few, how: fc.constantFrom(...poisons) })],
  [1, action('breakMailbox', { mailbox, kind: fc.constantFrom(...breakages) })],
  [1, action('mendMailbox', { mailbox })],
  ...faults.map((fault): [number, fc.Arbitrary<Action>] => [1, fault]),
  [12, graphWriteFault],
  [5, crash],
  [2, action('freeze', { host: fc.nat({ max: 1 }), seconds: fc.constantFrom(20, 70, 200, 400) })],
  [2, action('repeatMessage', {})],
  [2, action('backUpTables', {})],
  [2, action('putTablesBack', {})],
];

export const commands = fc.commands(
  weighted.flatMap(([weight, arbitrary]) =>
    new Array<fc.Arbitrary<ScheduleCommand>>(weight).fill(arbitrary.map(chosen => new ScheduleCommand(chosen))),
  ),
  { maxCommands: 60, size: 'max' },
);

const manyContacts = fc.constantFrom(30, 120);

export const scenes: fc.Arbitrary<Scene> = fc.record({
  lists: fc.constantFrom(1, 2),
  mailboxes: fc.constantFrom(1, 2, 3),
  // Many take several batches to write and several transactions to record.
  contacts: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) }, { weight: 1, arbitrary: manyContacts }),
  userEdits: fc.constantFrom('keep', 'keep', 'keep', 'revert'),
  removals: fc.constantFrom('delete', 'delete', 'deleteForGood', 'keep'),
  whenTargetLeaves: fc.constantFrom('cleanUp', 'cleanUp', 'cleanUp', 'leave'),
  isRestricted: fc.boolean(),
  hasOwners: fc.boolean(),
  isOwnersOnly: fc.boolean(),
  isOptional: fc.boolean(),
  isOptIn: fc.boolean(),
  hasPhotos: fc.boolean(),
  existing: fc.constantFrom('leave', 'leave', 'adoptInFolder', 'adoptAnywhere'),
  everyKind: fc.boolean(),
  inRings: fc.boolean(),
  byLanguage: fc.boolean(),
});
