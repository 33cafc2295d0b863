import {
  openProgress,
  type Progress,
  type ProgressReport,
  type ProgressTable,
} from '../../../shared/store/progress.ts';
import { describeState, newKey } from './storages.ts';

function report(sequence: number, changes: Partial<ProgressReport> = {}): ProgressReport {
  return {
    state: 'current',
    position: 7,
    epoch: 1_690_000_000_000,
    settings: 'print',
    contacts: 3,
    failed: 0,
    dueAt: 0,
    syncedAt: 1_700_000_000_000,
    sequence,
    goneAt: 0,
    ...changes,
  };
}

const problem = { code: 'ErrorAccessDenied', detail: 'check the consent' };

async function recount(progress: ProgressTable, list: string): Promise<Progress[]> {
  const rows: Progress[] = [];
  for await (const page of progress.recount(list)) rows.push(...page);
  return rows;
}

describeState('Progress', tables => {
  const open = () => ({ progress: openProgress(tables().progress), list: newKey('list') });

  test('a report comes back, and its problem ends with the next', async () => {
    const { progress, list } = open();
    await progress.report(list, 'm', report(1, { state: 'failed', dueAt: 5, problem }));
    expect(await progress.readAll(list)).toMatchObject([
      { mailboxId: 'm', ...report(1), state: 'failed', dueAt: 5, problem },
    ]);
    await progress.report(list, 'm', report(2));
    expect((await progress.read(list, 'm'))?.progress).not.toHaveProperty('problem');
    expect(await progress.read(list, 'another')).toBeUndefined();
  });

  test('a lower sequence is dropped, the same one and a higher one are written', async () => {
    const { progress, list } = open();
    for (const [sequence, position] of [
      [3, 30],
      [2, 20],
      [3, 31],
      [4, 40],
      [1, 10],
    ] as const) {
      await progress.report(list, 'm', report(sequence, { position }));
      const expected = sequence >= 3 ? position : undefined;
      if (expected) expect((await progress.read(list, 'm'))?.progress.position).toBe(expected);
    }
    expect((await progress.read(list, 'm'))?.progress).toMatchObject({ sequence: 4, position: 40 });
  });

  test('a report that meets another one tries again, and drops itself if that one is later', async () => {
    const { progress, list } = open();
    await progress.report(list, 'm', report(1));
    const known = await progress.read(list, 'm');
    await progress.report(list, 'm', report(2, { position: 2 }));
    await progress.report(list, 'm', report(3, { position: 3 }), { known });
    expect((await progress.read(list, 'm'))?.progress.position).toBe(3);
    await progress.report(list, 'm', report(2, { position: 2 }), { known });
    expect((await progress.read(list, 'm'))?.progress.position).toBe(3);
  });

  test('what passes did on a day adds up, whoever counts, and counts once however often it is reported', async () => {
    const [{ progress, list }, other] = [open(), open()];
    const work = { created: 1 };
    const day = 86_400_000;
    const mailboxes = Array.from({ length: 60 }, (_, index) => `m${index}`);
    const reported = mailboxes.map(id => {
      const who = id.endsWith('7') ? other.progress : progress;
      return who.report(list, id, report(1, { syncedAt: day }), { work });
    });
    await Promise.all(reported);
    await progress.report(list, 'm1', report(1, { syncedAt: day }), { work });
    await other.progress.report(list, 'm1', report(2, { syncedAt: 2 * day }), { work });
    await progress.report(list, 'm1', report(1, { syncedAt: 2 * day }), { work });
    expect((await progress.readFigures(list)).days).toEqual({
      '1970-01-02': { created: 60 },
      '1970-01-03': { created: 1 },
    });
    await progress.note(list, [{ mailboxId: 'm2', wanted: 'kept' }]);
    for await (const _rows of other.progress.recount(list));
    expect((await progress.readFigures(list)).days).toEqual({
      '1970-01-02': { created: 60 },
      '1970-01-03': { created: 1 },
    });
    await progress.report(list, 'm1', report(3, { syncedAt: 20 * day }), { work });
    expect(Object.keys((await progress.readFigures(list)).days)).toEqual(['1970-01-21']);
  });

  test('reports at the same time leave the latest', async () => {
    const { progress, list } = open();
    const sequences = [1, 2, 3, 4, 5];
    await Promise.all(sequences.map(sequence => progress.report(list, 'm', report(sequence, { position: sequence }))));
    expect((await progress.read(list, 'm'))?.progress.position).toBe(5);
  });

  test('notes of the fan-out and reports of a handler do not touch each other', async () => {
    const { progress, list } = open();
    await progress.note(list, [{ mailboxId: 'm', wanted: 'leaving', sentHead: 7, sentAt: 9 }]);
    await progress.report(list, 'm', report(1));
    await progress.note(list, [{ mailboxId: 'm', skipReason: 'AccountDisabled' }]);
    const expected = { ...report(1), wanted: 'leaving', sentHead: 7, sentAt: 9, skipReason: 'AccountDisabled' };
    expect((await progress.read(list, 'm'))?.progress).toMatchObject(expected);
  });

  test('a mailbox that was only noted has not begun', async () => {
    const { progress, list } = open();
    await progress.note(list, [{ mailboxId: 'm', wanted: 'target' }]);
    expect(await progress.readAll(list)).toMatchObject([{ state: 'behind', position: -1, settings: '', sentHead: -1 }]);
  });

  test('more mailboxes than a transaction holds are noted', async () => {
    const { progress, list } = open();
    const ids = Array.from({ length: 250 }, (_, index) => `m${index}`);
    await progress.note(
      list,
      ids.map(mailboxId => ({ mailboxId, wanted: 'target' as const })),
    );
    expect(await progress.readAll(list)).toHaveLength(250);
  });

  test('mailboxes that are new are noted together, and who is there after all keeps what was reported', async () => {
    const { progress, list } = open();
    await recount(progress, list);
    await progress.report(list, 'm7', report(1));
    const ids = Array.from({ length: 150 }, (_, index) => `m${index}`);
    await progress.add(
      list,
      ids.map(mailboxId => ({ mailboxId, wanted: 'target' as const })),
    );
    expect(await progress.readAll(list)).toHaveLength(150);
    expect((await progress.read(list, 'm7'))?.progress).toMatchObject(report(1));
    expect(await progress.readTotals(list)).toMatchObject({ targets: 150, 'at 0 -1 ': 149 });
  });

  describe('totals', () => {
    const current = 'at 1690000000000 7 print';

    test('follow reports, notes and removals once rows have been counted', async () => {
      const { progress, list } = open();
      await recount(progress, list);
      await progress.note(
        list,
        ['a', 'b', 'c'].map(mailboxId => ({ mailboxId, wanted: 'target' })),
      );
      await Promise.all(['a', 'b', 'c'].map(mailboxId => progress.report(list, mailboxId, report(1))));
      await progress.report(list, 'a', report(1));
      await progress.report(list, 'b', report(2, { state: 'failed', problem: { ...problem, contact: 'k' } }));
      expect(await progress.readTotals(list)).toEqual({ targets: 3, contactProblems: 1, failed: 1, [current]: 2 });
      await progress.note(list, [{ mailboxId: 'c', wanted: 'skipped' }]);
      const known = await progress.read(list, 'b');
      if (known) await progress.remove(list, known);
      expect(await progress.readTotals(list)).toEqual({ targets: 1, skipped: 1, [current]: 1 });
    });

    test('are not known of rows that an older version wrote, and are found out by a recount', async () => {
      const { progress, list } = open();
      const merge = (mailboxId: string, wanted: string) =>
        tables().progress.write(list, [{ kind: 'merge', rowKey: mailboxId, properties: { wanted } }]);
      await merge('a', 'leaving');
      await progress.report(list, 'b', report(1));
      expect(await progress.readTotals(list)).toBeUndefined();
      expect(await recount(progress, list)).toHaveLength(2);
      expect(await progress.readTotals(list)).toEqual({ leaving: 1, targets: 1, [current]: 1 });
      await merge('c', 'leaving');
      await recount(progress, list);
      expect(await progress.readTotals(list)).toEqual({ leaving: 2, targets: 1, [current]: 1 });
    });

    test.each([
      ['what a handler reports', 'position'],
      ['what the fan-out notes', 'sentAt'],
    ])('count a row that is damaged in %s as failed until it is written anew', async (_, property) => {
      const { progress, list } = open();
      await progress.report(list, 'm', report(1));
      await tables().progress.write(list, [{ kind: 'merge', rowKey: 'm', properties: { [property]: 'x' } }]);
      await recount(progress, list);
      expect(await progress.readTotals(list)).toEqual({ targets: 1, failed: 1 });
      await progress.note(list, [{ mailboxId: 'm', sentHead: 7, sentAt: 9 }]);
      await progress.report(list, 'm', report(2));
      expect(await progress.readTotals(list)).toEqual({ targets: 1, [current]: 1 });
    });

    test('are no mailboxes: an older version takes their rows for some that keep what they have', async () => {
      const { progress, list } = open();
      await progress.report(list, 'a', report(1));
      await recount(progress, list);
      const shown = [await progress.readAll(list), await progress.readPage(list, 5), await recount(progress, list)];
      expect(shown.map(rows => rows.map(({ mailboxId }) => mailboxId))).toEqual([['a'], ['a'], ['a']]);
      const others = (await tables().progress.query(list)).filter(({ rowKey }) => rowKey !== 'a');
      expect(new Set(others.map(({ properties }) => properties.wanted))).toEqual(new Set(['kept']));
    });

    test('of rows that are as they should be are not written again', async () => {
      const { progress, list } = open();
      await progress.report(list, 'a', report(1));
      await recount(progress, list);
      const write = jest.spyOn(tables().progress, 'write');
      await recount(progress, list);
      expect(write).not.toHaveBeenCalled();
      write.mockRestore();
    });

    test('that somebody changes during a recount are left to the next', async () => {
      const { progress, list } = open();
      await progress.report(list, 'a', report(1));
      const { query } = tables().progress;
      tables().progress.query = async (...question) => {
        tables().progress.query = query;
        const rows = await query(...question);
        await openProgress(tables().progress).report(list, 'b', report(1));
        return rows;
      };
      await recount(progress, list);
      expect(await progress.readTotals(list)).toBeUndefined();
      await recount(progress, list);
      expect(await progress.readTotals(list)).toEqual({ targets: 2, [current]: 2 });
    });
  });
});
