import { app as functions } from '@azure/functions';
import type { App } from '../shared/app.ts';

/** Daily. */
const schedule = '0 20 1 * * *';

/**
 * Deletes the rows of old runs, of mailboxes whose users are gone, and of changes that no list can be rolled back to, photos
 * and files that no list needs, old decisions, tombstones and figures of old days; enters new tombstones and figures of yesterday; and sends the weekly summary.
 */
export function registerForgetRuns(app: App): void {
  functions.timer('forgetRuns', {
    schedule,
    handler: async (_timer, context) => {
      const runs = await app.forgetRuns();
      const mailboxes = await app.forgetGoneMailboxes();
      // Before the journals forget what they are entered from.
      const { problem, ...tombstones } = await app.tendTombstones();
      if (problem !== undefined) context.warn('Tombstones could not be entered', { problem });
      const changes = await app.forgetChanges();
      const photos = await app.forgetPhotos();
      await app.keepDays();
      const days = await app.forgetDays();
      const files = await app.forgetFiles();
      const decisions = await app.forgetDecisions();
      const { failure } = await app.tellWeekly();
      if (failure !== undefined) context.warn('Notices could not be sent', { code: failure });
      context.info('Old runs and mailboxes that are gone were deleted', {
        runs,
        mailboxes,
        changes,
        photos,
        files,
        days,
        decisions,
        tombstonesEntered: tombstones.entered,
        tombstonesForgotten: tombstones.forgotten,
      });
    },
  });
}
