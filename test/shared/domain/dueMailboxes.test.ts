import { isDue, type MailboxStanding } from '../../../shared/domain/dueMailboxes.ts';

const now = 10_000_000;
const epoch = now - 5_000;
const goal = { head: 7, epoch, settings: 's', now, messagePatience: 3_600_000 };

/** Up to date, and told so an hour and more ago. */
const atRest: MailboxStanding = {
  wanted: 'target',
  state: 'current',
  position: 7,
  epoch,
  settings: 's',
  dueAt: 0,
  sentHead: 7,
  sentSettings: 's',
  sentAt: now - 3_600_000,
  fullDueAt: 0,
};
const justSent = { sentAt: now - 1000 };

describe('isDue', () => {
  test.each<[string, Partial<MailboxStanding>, boolean]>([
    ['up to date', {}, false],
    ['behind the head', { position: 6, sentHead: 6 }, true],
    ['behind the head, message on its way', { position: 6, ...justSent }, false],
    ['behind the head, message for an older head on its way', { position: 5, sentHead: 6, ...justSent }, true],
    ['behind the head, message lost', { position: 6 }, true],
    ['behind the settings', { settings: 'old', sentSettings: 'old' }, true],
    ['behind the settings, message on its way', { settings: 'old', ...justSent }, false],
    [
      'behind the settings, message for older ones on its way',
      { settings: 'old', sentSettings: 'old', ...justSent },
      true,
    ],
    ['new', { state: 'behind', position: -1, settings: '', sentHead: -1, sentSettings: '', sentAt: 0 }, true],
    ['full reconcile due', { fullDueAt: now }, true],
    ['full reconcile due later', { fullDueAt: now + 1 }, false],
    ['full reconcile due, message sent since', { fullDueAt: now - 2000, ...justSent }, false],
    ['full reconcile due, message sent before', { fullDueAt: now - 500, ...justSent }, true],
    ['full reconcile due, message sent at that moment', { fullDueAt: now - 1000, ...justSent }, false],
    ['full reconcile due, waits for a later time', { fullDueAt: now, state: 'waiting', dueAt: now + 1 }, false],
    ['left behind by policy', { wanted: 'kept', position: -1, dueAt: now, fullDueAt: now }, false],
    ['waits for a later time', { state: 'waiting', position: 6, dueAt: now + 1 }, false],
    [
      'waits for a later time, and a target since nothing was sent',
      { state: 'failed', dueAt: now + 1, sentAt: 0 },
      true,
    ],
    ['leaving, waits for a later time', { wanted: 'leaving', state: 'waiting', dueAt: now + 1, sentAt: 0 }, false],
    ['waits until now', { state: 'waiting', position: 6, dueAt: now }, true],
    ['failed, its time has not come', { state: 'failed', position: 6, dueAt: now + 1 }, false],
    ['failed, its time has come', { state: 'failed', position: 6, dueAt: now }, true],
    ['its time has come, message on its way since before', { state: 'waiting', dueAt: now - 500, ...justSent }, true],
    ['its time has come, message sent after that', { state: 'waiting', dueAt: now - 2000, ...justSent }, false],
    ['its time has come, message sent at that moment', { state: 'waiting', dueAt: now - 1000, ...justSent }, false],
    ['up to date, a refused contact is due', { dueAt: now }, true],
    ['up to date, a refused contact is due later', { dueAt: now + 1 }, false],
    ['refused contact due later, behind the head', { dueAt: now + 1, position: 6, sentHead: 6 }, true],
    ['no mailbox, its time has not come', { state: 'skipped', position: -1, dueAt: now + 1 }, false],
    ['no mailbox, its time has come', { state: 'skipped', position: -1, dueAt: now }, true],
    ['nobody can read what is noted of it', { wanted: 'unknown', position: 6, sentHead: 6 }, false],
    ['skipped by the list', { wanted: 'skipped', position: -1, dueAt: now }, false],
    ['leaving', { wanted: 'leaving' }, true],
    ['leaving, message on its way', { wanted: 'leaving', ...justSent }, false],
    ['left', { wanted: 'leaving', state: 'cleared', position: -1, settings: '' }, false],
    ['cleared by somebody', { wanted: 'cleared' }, true],
    ['cleared by somebody, and done', { wanted: 'cleared', state: 'cleared', position: -1, settings: '' }, false],
    ['left, and a target again', { state: 'cleared', position: -1, settings: '' }, true],
    ['ahead of a journal that was lost', { position: 9 }, true],
    ['in line with another journal', { epoch: 1 }, true],
    ['in line with another journal, its message from before', { epoch: 1, sentAt: epoch - 1 }, true],
    ['in line with another journal, its message as that began', { epoch: 1, sentAt: epoch }, false],
    ['in line with another journal, its message on its way', { epoch: 1, ...justSent }, false],
    ['in line with a journal that nobody noted', { epoch: 0 }, false],
    ['in line with what it saw once', { audience: '+1', wantedAudience: '-1' }, true],
    ['in line with what it sees', { audience: '-1', wantedAudience: '-1' }, false],
  ])('%s', (_, standing, due) => {
    expect(isDue({ ...atRest, ...standing }, goal)).toBe(due);
  });

  test('up to date with a list of whose journal nobody noted the beginning', () => {
    expect(isDue(atRest, { ...goal, epoch: 0 })).toBe(false);
  });
});
