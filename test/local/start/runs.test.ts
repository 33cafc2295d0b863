import { catchUp } from './catchUp.ts';
import { reportLaterRuns } from './laterRuns.ts';
import { findFailures, progressBar, summarise, summariseInOneLine } from './report.ts';
import { followFirstRun, type ListStanding, type Run, type RunsApi } from './runsApi.ts';

const finished: Run = {
  id: '8204638598837-d50b1926',
  state: 'finished',
  cause: 'schedule',
  startedAt: '2026-11-01T08:00:00.000Z',
  finishedAt: '2026-11-01T08:00:07.250Z',
  mailboxes: { total: 27, done: 25, waiting: 0, failed: 0, skipped: 2 },
  contacts: { created: 6250, updated: 0, deleted: 0, failed: 0 },
  graph: { requests: 6310, roundTrips: 385 },
  problems: [],
};
const running: Run = { ...finished, state: 'running', finishedAt: null };
const start = Date.parse(finished.startedAt);
const none = { total: 0, done: 0, waiting: 0, failed: 0, skipped: 0 };
const quick = { toStart: 30, toProgress: 30, poll: 1 };

const staff: ListStanding = {
  id: 'staff',
  state: 'ok',
  capturedAt: finished.startedAt,
  contacts: 250,
  mailboxes: { current: 25, behind: 0, waiting: 0, failed: 0, skipped: 2, leaving: 0 },
};

/** Answers each poll with the next of the given views, the last one for ever. */
function apiOf(views: readonly Run[][]): RunsApi {
  let polls = 0;
  function next(): Run[] {
    polls += 1;
    return views[Math.min(polls, views.length) - 1] ?? [];
  }
  return {
    latest: async () => next(),
    run: async id => next().find(run => run.id === id) ?? Promise.reject(new Error(`no run ${id}`)),
    lists: async () => [staff],
    fireTimer: async () => {},
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

describe('following the first run', () => {
  test('passes over earlier runs and takes the oldest of the new ones', async () => {
    const earlier = { ...finished, id: 'earlier', startedAt: '2026-11-01T07:59:59.999Z' };
    const later = { ...finished, id: 'later', startedAt: '2026-11-01T08:00:00.500Z' };
    const seen: number[] = [];
    const half = { ...running, mailboxes: { ...running.mailboxes, done: 12, skipped: 0 } };
    const views = [[earlier], [running, earlier], [later, half, earlier], [later, finished, earlier]];
    const run = await followFirstRun(apiOf(views), start, view => seen.push(view.mailboxes.done), never(), quick);
    expect(run).toBe(finished);
    expect(seen).toEqual([25, 12, 25]);
  });

  test('gives up when no run appears', async () => {
    await expect(followFirstRun(apiOf([[]]), start, () => {}, never(), quick)).rejects.toThrow(/^No run appeared/);
  });

  test('gives up on a run that stands still', async () => {
    const stuck = followFirstRun(apiOf([[running]]), start, () => {}, never(), quick);
    await expect(stuck).rejects.toThrow(/^The run 8204638598837-d50b1926 stands still/);
  });
});

describe('catching up', () => {
  function standing(part: Partial<ListStanding['mailboxes']>): ListStanding {
    return { ...staff, mailboxes: { ...staff.mailboxes, ...part } };
  }

  test('goes on until no mailbox is behind, whatever else they are', async () => {
    const views = [
      { ...standing({ current: 0 }), capturedAt: null },
      { ...standing({ current: 13 }), capturedAt: '2026-11-01T07:59:59.999Z' },
      standing({ behind: 12, current: 13 }),
      standing({ behind: 12, current: 13 }),
      standing({ behind: 1, current: 24 }),
      standing({ failed: 1 }),
    ];
    const said: string[] = [];
    let fired = 0;
    const api: RunsApi = {
      ...apiOf([]),
      lists: async () => [views[fired] ?? staff],
      fireTimer: async () => {
        fired += 1;
      },
    };
    await catchUp(api, start, text => said.push(text), never(), quick);
    expect(said).toEqual([
      'Takes up what the last start was at: 0 mailboxes are current, 2 skipped',
      'Takes up what the last start was at: 13 mailboxes are current, 2 skipped',
      'Takes up what the last start was at: 13 mailboxes are current, 12 behind, 2 skipped',
      'Takes up what the last start was at: 24 mailboxes are current, 1 behind, 2 skipped',
    ]);
    expect(fired).toBe(5);
  });

  test('does not wait for a list that cannot be read', async () => {
    const broken = { ...staff, state: 'error', capturedAt: null };
    await catchUp({ ...apiOf([]), lists: async () => [broken] }, start, () => {}, never(), quick);
  });

  test('gives up when no mailbox gets further', async () => {
    const api: RunsApi = { ...apiOf([]), lists: async () => [standing({ behind: 3 })] };
    await expect(catchUp(api, start, () => {}, never(), quick)).rejects.toThrow(
      /^Still 25 mailboxes are current, 3 behind/,
    );
  });
});

describe('failures of a run', () => {
  test('none when mailboxes were done or skipped', () => {
    const skipped = { code: 'MailboxNotEnabledForRESTAPI', detail: 'no mailbox', list: 'staff', mailbox: 'id' };
    expect(findFailures({ ...finished, problems: [skipped] })).toEqual([]);
  });

  test.each<[string, Partial<Run>, string]>([
    ['a mailbox that failed', { mailboxes: { ...finished.mailboxes, failed: 1 } }, '1 mailbox failed'],
    ['a mailbox that waits', { mailboxes: { ...finished.mailboxes, waiting: 2 } }, '2 mailboxes to be tried again'],
    ['a contact that failed', { contacts: { ...finished.contacts, failed: 3 } }, '3 contacts could not be written'],
    ['a list', { problems: [{ code: 'SourceNotFound', detail: 'gone', list: 'staff' }] }, '1 problem with lists'],
  ])('%s', (_what, part, failure) => {
    expect(findFailures({ ...finished, ...part })).toEqual([failure]);
  });
});

describe('what is shown', () => {
  test('a bar over the mailboxes', () => {
    const half = { ...running, mailboxes: { total: 24, done: 9, waiting: 1, failed: 1, skipped: 1 } };
    expect(progressBar(half)).toBe(`[${'█'.repeat(12)}${'░'.repeat(12)}] 12/24 mailboxes, 6,250 contacts written`);
    expect(progressBar({ ...running, mailboxes: none })).not.toContain('NaN');
  });

  test('a table, with at most 20 problems', () => {
    const problems = Array.from({ length: 25 }, (_, index) => ({
      code: 'ErrorItemNotFound',
      detail: 'gone',
      list: 'staff',
      mailbox: `m${index}`,
    }));
    expect(summarise({ ...finished, problems }, [staff])).toEqual([
      'Run 8204638598837-d50b1926',
      '  Mailboxes  25 done, 2 skipped',
      '  Contacts   6,250 created, 0 updated, 0 deleted, 0 failed',
      '  Graph      6,310 requests, 385 round trips',
      '  Time       7.3 s',
      '  List staff 250 contacts; 25 mailboxes are current, 2 skipped',
      'Skipped',
      ...problems.slice(0, 20).map(({ mailbox }) => `  ErrorItemNotFound (list staff, mailbox ${mailbox}): gone`),
      '  and 5 more: GET /api/runs/8204638598837-d50b1926',
    ]);
  });

  test('a run that found nothing to do', () => {
    expect(summarise({ ...finished, mailboxes: none }, [])[1]).toBe('  Mailboxes  nothing to do');
  });

  test('one line of a later run', () => {
    const contacts = { created: 0, updated: 25, deleted: 1, failed: 0 };
    expect(summariseInOneLine({ ...finished, contacts, cause: 'resync' })).toMatch(
      /^\d\d:\d\d:\d\d resync run: 25 of 27 mailboxes, 25 updated, 1 deleted, 6,310 requests, 7\.3 s$/,
    );
  });
});

test('later runs are shown once each when finished, idle ones not, and a lasting problem once', async () => {
  const at = (second: number) => `2026-11-01T09:00:0${second}.000Z`;
  const problem = { code: 'SourceNotFound', detail: 'gone', list: 'staff' };
  const later = (name: string, second: number, part: Partial<Run>): Run => {
    return { ...finished, mailboxes: none, id: name, cause: name, startedAt: at(second), ...part };
  };
  const idle = later('idle', 1, {});
  const change = later('change', 2, { mailboxes: finished.mailboxes });
  const broken = later('broken', 3, { problems: [problem] });
  const stillBroken = later('stillBroken', 4, { problems: [problem] });
  const open = later('open', 5, { state: 'running', mailboxes: finished.mailboxes });
  const stop = new AbortController();
  const lines: string[] = [];
  let polls = 0;
  const views = [
    [change, idle, finished],
    [broken, change, idle, finished],
    [open, stillBroken, broken, change, idle],
  ];
  const api: RunsApi = {
    ...apiOf([]),
    latest: async () => {
      polls += 1;
      if (polls === 1) throw new Error('not now');
      if (polls > 4) stop.abort();
      return views[Math.min(polls - 2, 2)] ?? [];
    },
  };
  await expect(reportLaterRuns(api, finished, line => lines.push(line), stop.signal, 1)).rejects.toThrow();
  expect(lines.map(line => line.split(' ')[1])).toEqual(['change', 'broken']);
});
