import { tryStep } from '../../../shared/connection-steps/connectionSteps.ts';
import { createTestClock } from '../../memory/clock.ts';

test('a step that gets no answer is given up after its time and no later, and what builds on it is not tried', async () => {
  const clock = createTestClock(0);
  const ended = jest.fn();
  const hanging = tryStep('delta query', [], clock, () => new Promise<never>(() => {})).finally(ended);
  await clock.advance(14_999);
  expect(ended).not.toHaveBeenCalled();
  await clock.advance(1);
  const late = await hanging;
  expect(late.step).toMatchObject({ ok: false, detail: expect.stringMatching(/within 15 seconds/) });
  const next = await tryStep('write', [late], clock, async () => ({ value: 1, detail: 'done' }));
  expect(next.step).toMatchObject({ ok: false, detail: expect.stringMatching(/^Not tried.*"delta query"/) });
});
