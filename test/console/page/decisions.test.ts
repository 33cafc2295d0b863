import { tellDetails } from '../../../functions/console/page/decisions.ts';

test.each([
  [{ decision: 'approve', removals: 2250, kind: 'contacts' }, 'approved, 2,250 removals, Contacts'],
  [{ mode: 'incremental' }, ''],
  [{ mode: 'full' }, 'every folder compared'],
  [{ verify: true }, 'looked into the mailboxes'],
  [{ verify: false }, ''],
  [{ basedOn: 3 }, 'made from version 3'],
  [{ source: 'Partners', bytes: 1200 }, 'source Partners, 1,200 bytes'],
  [{ reason: 'The file is wrong' }, '“The file is wrong”'],
  [{ run: 'r1' }, ''],
])('what a decision asked for is told in words: %j', (details, words) => {
  expect(tellDetails(details)).toBe(words);
});
