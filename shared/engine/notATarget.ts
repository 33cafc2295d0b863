import type { Problem } from '../store/progress.ts';

/** Of a mailbox that somebody, or a message, names. */
export const notATarget: Problem = {
  code: 'NotATarget',
  detail: 'The mailbox is not a target of the list: nothing was written to it',
};
