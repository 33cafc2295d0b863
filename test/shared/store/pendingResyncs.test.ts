import { openPendingResyncs } from '../../../shared/store/pendingResyncs.ts';
import { describeState, newKey } from './storages.ts';

const alive = async () => true;
const dead = async () => false;

describeState('pending resyncs', tables => {
  const open = () => openPendingResyncs(tables().runs);

  test('of many who ask at once one names the run, and all get its id', async () => {
    const request = newKey('request');
    const asking = Array.from({ length: 20 }, (_, index) =>
      open().joinPending(request, { run: `run-${index}`, askedAt: index }, alive),
    );
    const joined = new Set(await Promise.all(asking));
    expect(joined.size).toBe(1);
    expect([...joined][0]).toMatch(/^run-\d+$/);
  });

  test('other requests have runs of their own', async () => {
    const [first, second] = [newKey('request'), newKey('request')];
    expect(await open().joinPending(first, { run: 'a', askedAt: 0 }, alive)).toBe('a');
    expect(await open().joinPending(second, { run: 'b', askedAt: 0 }, alive)).toBe('b');
  });

  test('once a run has begun the next who asks names another; its end is not the end of that one', async () => {
    const request = newKey('request');
    await open().joinPending(request, { run: 'a', askedAt: 0 }, alive);
    await open().endPending(request, 'a');
    expect(await open().joinPending(request, { run: 'b', askedAt: 1 }, alive)).toBe('b');
    await open().endPending(request, 'a');
    expect(await open().joinPending(request, { run: 'c', askedAt: 2 }, alive)).toBe('b');
  });

  test('a run that is given up is replaced', async () => {
    const request = newKey('request');
    await open().joinPending(request, { run: 'a', askedAt: 7 }, alive);
    const seen: unknown[] = [];
    const joined = await open().joinPending(request, { run: 'b', askedAt: 9 }, async other => {
      seen.push(other);
      return dead();
    });
    expect([joined, seen]).toEqual(['b', [{ run: 'a', askedAt: 7 }]]);
  });
});
