/** Who should have a list, who should not, and why. */
export { type FindReceiversServices, findReceivers } from './findReceivers.ts';
export { type GroupReading, printOf, printsOf } from './readGroups.ts';
export {
  damagedChoice,
  noTargets,
  type Receivers,
  type ResolvedTargets,
  resolveTargets,
  type TargetReading,
} from './resolveTargets.ts';
export { noteSharedFolders, readTheSameFolder } from './sharedFolders.ts';
export { describeSkipReason, readSkipReason, storedSkipReason } from './skipReasons.ts';
export { dynamicLists, namesIn, type TargetName } from './targetNames.ts';
