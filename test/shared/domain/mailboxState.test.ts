import { type MailboxReport, type ShownMailboxState, stateOfMailbox } from '../../../shared/domain/mailboxState.ts';

const now = 10_000_000;
const goal = { head: 7, epoch: 5, settings: 's', now, messagePatience: 3_600_000 };

/** Up to date; the message that brought it there is long done. */
const atRest: MailboxReport = {
  wanted: 'target',
  state: 'current',
  position: 7,
  epoch: 5,
  settings: 's',
  sentHead: 7,
  sentSettings: 's',
  sentAt: now - 3_600_000,
  goneAt: 0,
};
const justSent = { sentAt: now - 1000 };

test.each<[string, Partial<MailboxReport>, ShownMailboxState]>([
  ['up to date', {}, 'current'],
  ['up to date, a full reconcile on its way', justSent, 'current'],
  [
    'never reached',
    { state: 'behind', position: -1, settings: '', sentHead: -1, sentSettings: '', sentAt: 0 },
    'behind',
  ],
  ['behind the head, its message on its way', { position: 6, ...justSent }, 'syncing'],
  ['behind the head, its message lost', { position: 6 }, 'behind'],
  ['behind the head, a message for an older one on its way', { position: 5, sentHead: 6, ...justSent }, 'behind'],
  ['behind the settings', { settings: 'old' }, 'behind'],
  ['behind the settings, its message on its way', { settings: 'old', ...justSent }, 'syncing'],
  ['told to wait', { state: 'waiting', position: 6, ...justSent }, 'waiting'],
  ['failed', { state: 'failed', position: 7 }, 'failed'],
  ['without a mailbox', { state: 'skipped', position: -1 }, 'skipped'],
  ['disabled', { wanted: 'skipped', position: 3 }, 'skipped'],
  ['to be cleaned up', { wanted: 'leaving' }, 'leaving'],
  ['to be cleaned up, which failed', { wanted: 'leaving', state: 'failed' }, 'leaving'],
  ['to be cleared', { wanted: 'cleared' }, 'leaving'],
  ['cleared because somebody asked for it', { wanted: 'cleared', state: 'cleared', position: -1 }, 'cleared'],
  ['left by a user who is gone', { wanted: 'leaving', state: 'cleared', position: -1, goneAt: now }, 'gone'],
  ['in line with another journal', { epoch: 1 }, 'behind'],
  ['cleaned up', { wanted: 'leaving', state: 'cleared', position: -1 }, 'cleared'],
  ['a target again after it was cleaned up', { state: 'cleared', position: -1, settings: '' }, 'behind'],
  ['no target any more, and left as it is', { wanted: 'kept', position: 3 }, 'kept'],
])('a mailbox that is %s', (_what, changes, expected) => {
  expect(stateOfMailbox({ ...atRest, ...changes }, goal)).toBe(expected);
});

test('without settings only the position counts', () => {
  const refused = { ...goal, settings: undefined };
  expect(stateOfMailbox({ ...atRest, settings: 'any' }, refused)).toBe('current');
  expect(stateOfMailbox({ ...atRest, position: 6 }, refused)).toBe('behind');
  expect(stateOfMailbox({ ...atRest, position: 6, sentSettings: 'any', ...justSent }, refused)).toBe('syncing');
});
