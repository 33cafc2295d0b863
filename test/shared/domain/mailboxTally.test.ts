import fc from 'fast-check';
import { type MailboxReport, stateOfMailbox } from '../../../shared/domain/mailboxState.ts';
import { countMailboxes, type TalliedMailbox, tallyMailbox } from '../../../shared/domain/mailboxTally.ts';
import { addTallies } from '../../../shared/store/totals.ts';

const position = fc.constantFrom(-1, 0, 1, 15);
const epoch = fc.constantFrom(0, 5, 16);
const audience = fc.constantFrom('', '+1');
const settings = fc.constantFrom('', 's', 't');
const report: fc.Arbitrary<MailboxReport> = fc.record({
  wanted: fc.constantFrom('target', 'target', 'leaving', 'skipped', 'kept', 'cleared', 'unknown'),
  state: fc.constantFrom('current', 'behind', 'waiting', 'failed', 'skipped', 'cleared'),
  position,
  epoch,
  settings,
  audience,
  wantedAudience: audience,
  sentHead: position,
  sentSettings: settings,
  sentAt: fc.constant(0),
  goneAt: fc.constantFrom(0, 1),
});
const goal = fc.record({ head: fc.constantFrom(0, 1, 15), epoch, settings: fc.option(settings, { nil: undefined }) });

test('totals count mailboxes as if each were looked at, whatever the goal is by then', () => {
  fc.assert(
    fc.property(fc.array(report), goal, (reports, goal) => {
      const states = reports.map(each => stateOfMailbox(each, { ...goal, now: 0, messagePatience: 1 }));
      const howMany = (...wanted: string[]) => states.filter(state => wanted.includes(state)).length;
      expect(countMailboxes(addTallies(...reports.map(tallyMailbox)), goal)).toEqual({
        current: howMany('current'),
        behind: howMany('behind', 'syncing'),
        waiting: howMany('waiting'),
        failed: howMany('failed'),
        skipped: howMany('skipped'),
        leaving: howMany('leaving'),
        gone: howMany('gone'),
      });
    }),
  );
});

test('a target that is in trouble with a contact is counted so', () => {
  const target: TalliedMailbox = {
    ...{ wanted: 'target', state: 'current', position: 12, epoch: 1_764_000_000_000, settings: 's', goneAt: 0 },
  };
  const place = { targets: 1, 'at 1764000000000 12 s': 1 };
  expect(tallyMailbox(target)).toEqual(place);
  expect(tallyMailbox({ ...target, problem: {} })).toEqual(place);
  expect(tallyMailbox({ ...target, problem: { contact: 'k' } })).toEqual({ ...place, contactProblems: 1 });
});
