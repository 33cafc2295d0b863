import { app as functions } from '@azure/functions';
import type { App } from '../shared/app.ts';
import type { LogRun } from './logRun.ts';

/** Captures every list's source on schedule and sends a message to each mailbox that is behind. */
export function registerScheduleSync(app: App, logRun: LogRun): void {
  functions.timer('scheduleSync', {
    schedule: '%SYNC_SCHEDULE%',
    handler: (_timer, context) => logRun(context, app.scheduleSync),
  });
}
