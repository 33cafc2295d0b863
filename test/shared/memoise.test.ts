import { memoise } from '../../shared/memoise.ts';

test('who asks for a reading that runs or was made shares it, also one of nothing', async () => {
  const memo = memoise<string | undefined>({ max: 2 });
  let readings = 0;
  const read = async () => {
    readings++;
    return undefined;
  };
  expect(await Promise.all([memo('a', read), memo('a', read)])).toEqual([undefined, undefined]);
  await memo('a', read);
  expect(readings).toBe(1);
});

test('a reading that failed fails for all who shared it, and is made again for the next', async () => {
  const memo = memoise<number>({ max: 2 });
  const fail = () => Promise.reject(new Error('no answer'));
  const first = await Promise.allSettled([memo('a', fail), memo('a', async () => 1)]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await memo('a', async () => 2)).toBe(2);
});

test('a reading that others displaced while it ran is still answered', async () => {
  const memo = memoise<number>({ max: 1 });
  const { promise, resolve } = Promise.withResolvers<number>();
  const slow = memo('a', () => promise);
  await memo('b', async () => 2);
  resolve(1);
  expect(await slow).toBe(1);
});
