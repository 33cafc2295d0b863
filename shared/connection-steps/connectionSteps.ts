import type { Clock } from '../ports/clock.ts';
import { ProbeFailure } from '../ports/connectionProbes.ts';
import type { Advice, StepResult } from '../ports/connectionStep.ts';
import { GraphFailure } from '../ports/contactMailbox.ts';

/** Milliseconds after which a step is given up; all of them together stay below what a gateway waits for an answer. */
const longestStep = 15_000;

export interface Found<Value> extends Advice {
  readonly value: Value;
}

/** A step has found what is wrong. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly advice: Advice;

  constructor(advice: Advice) {
    super(advice.detail);
    this.advice = advice;
  }
}

/**
 * Runs one step, unless one that it builds on failed. It never hangs.
 *
 * @throws what is not a `StepFailed`
 */
export async function tryStep<Value>(
  name: string,
  after: readonly StepResult<unknown>[],
  clock: Pick<Clock, 'wait'>,
  work: () => Promise<Found<Value>>,
): Promise<StepResult<Value>> {
  const failed = (advice: Advice): StepResult<Value> => ({ step: { name, ok: false, ...advice }, value: undefined });
  const missing = after.find(({ step }) => !step.ok);
  if (missing) return failed({ detail: `Not tried: the step "${missing.step.name}" comes before it` });
  try {
    const found = await Promise.race([work(), giveUp(clock)]);
    if (found === 'late') return failed(tooLate);
    const { value, ...shown } = found;
    return { step: { name, ok: true, ...shown }, value };
  } catch (error) {
    if (error instanceof StepFailed) return failed(error.advice);
    throw error;
  }
}

/** Does a part of a step; what Graph or a service answers instead becomes the advice on it. */
export async function advised<Value>(
  work: () => Promise<Value>,
  advise: { readonly graph?: (failure: GraphFailure) => Advice; readonly probe?: (failure: ProbeFailure) => Advice },
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GraphFailure && advise.graph) throw new StepFailed(advise.graph(error));
    if (error instanceof ProbeFailure && advise.probe) throw new StepFailed(advise.probe(error));
    throw error;
  }
}

/** Of a problem of a source, which says behind its last colon what to do. */
export function adviceIn({ detail: text }: Pick<Advice, 'detail'>): Advice {
  const at = text.lastIndexOf(': ');
  return at === -1 ? { detail: text } : { detail: text.slice(0, at), remedy: text.slice(at + 2) };
}

async function giveUp(clock: Pick<Clock, 'wait'>): Promise<'late'> {
  await clock.wait(longestStep);
  return 'late';
}

const tooLate: Advice = {
  detail: `There was no answer within ${longestStep / 1000} seconds`,
  remedy:
    'Check that the app reaches the service: its address in the settings, name resolution, the firewall, and with private endpoints the virtual network',
};
