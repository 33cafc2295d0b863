import { newRunId } from '../../../shared/store/runId.ts';
import type { RunProblem } from '../../../shared/store/runProblem.ts';
import type { RunSummary } from '../../../shared/store/runSummary.ts';
import { openRuns } from '../../../shared/store/runs.ts';
import { describeState, newKey } from './storages.ts';

/** https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const mostPropertiesOfRow = 252;

function summaryOf(id: string, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    cause: 'schedule',
    lists: ['staff'],
    startedAt: 1_700_000_000_000,
    fannedOutAt: 0,
    heads: { staff: 7 },
    problems: [{ list: 'staff', code: 'SourceFolderNotFound', detail: 'check source.folders' }],
    notes: [{ list: 'staff', code: 'FoundBySchedule', detail: 'a notification was late' }],
    graph: { requests: 3, roundTrips: 2 },
    ...changes,
  };
}

function attemptOf(created: number) {
  return {
    contacts: { created, updated: 0, deleted: 0, failed: 0 },
    repaired: { lost: 0, doubled: 0, orphaned: 0, drifted: 0 },
    graph: { requests: created, roundTrips: 1 },
  };
}

test('run ids sort newest first', () => {
  const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000, 9_000_000_000_000].map(now =>
    newRunId(now, 'abcdef01-2345'),
  );
  expect(ids.toSorted()).toEqual(ids.toReversed());
  for (const id of ids) expect(id).toMatch(/^\d{13}-abcdef01$/);
});

describeState('Runs', tables => {
  const open = () => openRuns(tables().runs);

  test('summaries come back, the newest first and page by page', async () => {
    const runs = open();
    const ids = [3, 2, 1].map(second => newRunId(1_700_000_000_000 + second * 1000, 'abcdef01'));
    for (const id of ids.toReversed()) await runs.writeSummary(summaryOf(id));
    expect(await runs.readSummary(ids[0] ?? '')).toEqual(summaryOf(ids[0] ?? ''));
    expect(await runs.readSummary('unknown')).toBeUndefined();
    expect((await runs.readLatest(2)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await runs.readLatest(2, ids[1])).map(({ id }) => id)).toEqual(ids.slice(2));
  });

  test('a run that is removed is gone with all its mailboxes', async () => {
    const runs = open();
    const [run, other] = ['1', '2'].map(unique => newRunId(1_700_000_000_000, `abcdef0${unique}`));
    const mailboxes = Array.from({ length: 150 }, (_, index) => ({
      mailboxId: `m${index}`,
      state: 'sent' as const,
      lists: ['staff'],
    }));
    for (const id of [run, other]) {
      await runs.writeSummary(summaryOf(id ?? ''));
      await runs.announce(id ?? '', mailboxes);
    }

    await runs.remove(run ?? '');

    expect([await runs.readSummary(run ?? ''), await runs.readMailboxes(run ?? '')]).toEqual([undefined, []]);
    expect(await runs.readMailboxes(other ?? '')).toHaveLength(mailboxes.length);
  });

  test('each attempt counts once, however often it is reported', async () => {
    const [runs, run] = [open(), newKey('run')];
    await runs.announce(run, [{ mailboxId: 'm', state: 'sent', lists: ['staff'] }]);
    await runs.report(run, 'm', '0', { state: 'waiting', done: attemptOf(20), problems: [] }, 5);
    await runs.report(run, 'm', '0', { state: 'waiting', done: attemptOf(20), problems: [] }, 6);
    await runs.report(run, 'm', '1', { state: 'done', done: attemptOf(3), problems: [] }, 7);
    const [mailbox] = await runs.readMailboxes(run);
    expect(mailbox).toMatchObject({ mailboxId: 'm', state: 'done', lists: ['staff'], reportedAt: 7 });
    expect(mailbox?.attempts).toEqual([attemptOf(20), attemptOf(3)]);
  });

  test('a message that comes again and again counts with each attempt, in a row that the service takes', async () => {
    const [runs, run] = [open(), newKey('run')];
    await runs.announce(run, [{ mailboxId: 'm', state: 'sent', lists: [] }]);
    const attempts = 270;
    for (let index = 0; index < attempts; index++) {
      const notes = index % 90 === 0 ? [{ code: 'Renamed', detail: `folder ${index}` }] : [];
      const report = { state: 'waiting' as const, done: attemptOf(1), problems: [], notes };
      await runs.report(run, 'm', `a_${index}`, report, index + 1);
    }
    await runs.report(run, 'm', 'b_0', { state: 'waiting', done: attemptOf(1), problems: [] }, attempts);
    const [mailbox] = await runs.readMailboxes(run);
    expect(mailbox).toMatchObject({ state: 'waiting', problems: [] });
    expect(mailbox?.attempts.reduce((sum, { graph }) => sum + graph.requests, 0)).toBe(attempts + 1);
    expect(mailbox?.notes.map(({ detail }) => detail).toSorted()).toEqual(['folder 0', 'folder 180', 'folder 90']);
    expect((await runs.readTotals(run))?.tally).toMatchObject({ waiting: 1, 'contacts.created': attempts + 1 });
    const row = await tables().runs.get(run, 'mailbox:m');
    expect(Object.keys(row?.properties ?? {}).length).toBeLessThan(mostPropertiesOfRow);
  });

  test('an attempt that is delivered again after others replaces itself', async () => {
    const [runs, run] = [open(), newKey('run')];
    const report = { state: 'waiting' as const, done: attemptOf(1), problems: [] };
    for (let index = 0; index < 40; index++) await runs.report(run, 'm', `a_${index}`, report, index + 1);
    await runs.report(run, 'm', 'a_33', { ...report, done: attemptOf(5) }, 41);
    expect((await runs.readTotals(run))?.tally).toMatchObject({ 'contacts.created': 39 + 5 });
  });

  test('the notes of every attempt stay, each once', async () => {
    const [runs, run] = [open(), newKey('run')];
    const report = (code: string) => ({
      state: 'waiting' as const,
      done: attemptOf(1),
      problems: [],
      notes: [{ list: 'staff', mailbox: 'm', code, detail: 'good to know' }],
    });
    await runs.report(run, 'm', '0', report('FolderKept'), 5);
    await runs.report(run, 'm', '0', report('FolderKept'), 6);
    await runs.report(run, 'm', '1', report('MailboxGone'), 7);
    await runs.report(run, 'm', '2', { state: 'done', done: attemptOf(1), problems: [] }, 8);
    const [mailbox] = await runs.readMailboxes(run);
    expect(mailbox?.notes.map(({ code }) => code)).toEqual(['FolderKept', 'MailboxGone']);
  });

  test('a run names its mailboxes before their messages are sent, more than a transaction holds', async () => {
    const [runs, run] = [open(), newKey('run')];
    const mailboxes = Array.from({ length: 150 }, (_, index) => ({
      mailboxId: `m${index}`,
      state: index === 0 ? ('skipped' as const) : ('sent' as const),
      lists: ['staff'],
    }));
    await runs.announce(run, mailboxes);
    const read = await runs.readMailboxes(run);
    expect(read).toHaveLength(150);
    expect(read.filter(({ state }) => state === 'skipped')).toHaveLength(1);
  });

  test('problems are those of the last attempt, however many there were before', async () => {
    const [runs, run] = [open(), newKey('run')];
    const problems: RunProblem[] = Array.from({ length: 400 }, (_, index) => ({
      list: 'staff',
      mailbox: 'm',
      code: 'ErrorInvalidRequest',
      detail: `Graph refused the contact AAMk${index}: ${'x'.repeat(100)}`,
    }));
    await runs.report(run, 'm', '0', { state: 'waiting', done: attemptOf(1), problems: problems }, 5);
    expect((await runs.readMailboxes(run))[0]?.problems).not.toHaveLength(0);
    await runs.report(run, 'm', '1', { state: 'done', done: attemptOf(1), problems: problems.slice(0, 1) }, 6);
    expect((await runs.readMailboxes(run))[0]?.problems).toEqual(problems.slice(0, 1));
  });

  test('a mailbox whose every contact is refused can be reported', async () => {
    const [runs, run] = [open(), newKey('run')];
    const detail = `Graph refused the contact ${'x'.repeat(150)}: ${'y'.repeat(300)}`;
    const problems = Array.from({ length: 5000 }, () => ({ list: 'staff', mailbox: 'm', code: 'Error', detail }));
    await runs.report(run, 'm', '0', { state: 'done', done: attemptOf(1), problems: problems }, 5);
    expect((await runs.readMailboxes(run))[0]?.problems).not.toHaveLength(0);
  });

  test('totals are what the rows say, also after repeats, retries and a second message to a mailbox', async () => {
    const runs = open();
    const id = newRunId(1_700_000_000_000, 'abcdef77');
    const problems = [{ list: 'staff', code: 'ErrorAccessDenied', detail: 'check the consent' }];
    const ids = ['a', 'b', 'c'];
    await runs.announce(
      id,
      ids.map(mailboxId => ({ mailboxId, state: 'sent', lists: ['staff'] })),
    );
    await runs.report(id, 'a', '1', { state: 'waiting', done: attemptOf(2), problems }, 50);
    await runs.report(id, 'a', '1', { state: 'waiting', done: attemptOf(2), problems }, 50);
    await runs.report(id, 'a', '2', { state: 'done', done: attemptOf(3), problems: [] }, 70);
    await open().report(id, 'b', '1', { state: 'failed', done: attemptOf(1), problems }, 60);
    await runs.announce(id, [{ mailboxId: 'b', state: 'sent', lists: ['staff', 'board'] }]);
    expect(await runs.readTotals(id)).toEqual({
      tally: {
        done: 1,
        sent: 2,
        'lists.staff': 3,
        'lists.board': 1,
        'contacts.created': 6,
        'graph.requests': 6,
        'graph.roundTrips': 3,
      },
      latest: 70,
    });
    const told = await runs.readTold(id);
    expect(told.map(({ mailboxId, problems }) => [mailboxId, problems])).toEqual([
      ['a', []],
      ['b', []],
    ]);
  });

  test('an outcome is kept until anything of the run changes', async () => {
    const runs = open();
    const id = newRunId(1_700_000_000_000, 'abcdef78');
    const outcome = {
      ...{ sent: 0, done: 1, waiting: 0, failed: 0, skipped: 0, reportedAt: 50, problems: [], notes: [] },
      ...attemptOf(2),
    };
    await runs.writeSummary(summaryOf(id));
    await runs.announce(id, [{ mailboxId: 'a', state: 'sent', lists: ['staff'] }]);
    const done = { state: 'done' as const, done: attemptOf(2), problems: [] };
    await runs.report(id, 'a', '1', done, 50);
    await runs.keepOutcome(id, outcome);
    await runs.report(id, 'a', '1', done, 50);
    expect(await runs.readSummary(id)).toEqual({ ...summaryOf(id), outcome });
    await runs.report(id, 'a', '2', done, 60);
    expect(await runs.readSummary(id)).toEqual(summaryOf(id));
    await runs.keepOutcome(id, outcome);
    await runs.writeSummary(summaryOf(id));
    expect(await runs.readSummary(id)).toEqual(summaryOf(id));
  });
});
