/** Tells operators what they should know. */
export { sendTestNotice } from './sendTestNotice.ts';
export { tellOfRun } from './tellOfRun.ts';
export { tellWeekly } from './tellWeekly.ts';
