import fc from 'fast-check';
import { type MailboxReport, stateOfMailbox } from '../../../shared/domain/mailboxState.ts';
import { countMailboxes, tallyMailbox } from '../../../shared/domain/mailboxTally.ts';
import { addTallies } from '../../../shared/store/totals.ts';

const position = fc.integer({ min: -1, max: 3 });
const epoch = fc.constantFrom(0, 5, 6);
const settings = fc.constantFrom('', 's', 't');
const report: fc.Arbitrary<MailboxReport> = fc.record({
  wanted: fc.constantFrom('target', 'target', 'leaving', 'skipped', 'kept', 'cleared', 'unknown'),
  state: fc.constantFrom('current', 'behind', 'waiting', 'failed', 'skipped', 'cleared'),
  position,
  epoch,
  settings,
  sentHead: position,
  sentSettings: settings,
  sentAt: fc.constant(0),
  goneAt: fc.constantFrom(0, 1),
});
const goal = fc.record({ head: position, epoch, settings: fc.option(settings, { nil: undefined }) });

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
