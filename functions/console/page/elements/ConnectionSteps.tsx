import type { ConnectionStep } from '../../../../shared/api/connectionTest.ts';
import { plainly } from '../plainly.ts';
import { capitalise, count, countOf } from '../words.ts';
import { Words } from './Words.tsx';

/** Step by step; what is missing comes first, with its remedy, then what could be better. */
export function ConnectionSteps({ steps }: { readonly steps: readonly ConnectionStep[] }) {
  const failed = steps.filter(({ ok }) => !ok);
  const improvable = steps.filter(({ ok, remedy }) => ok && remedy);
  const passed = steps.filter(({ ok, remedy }) => ok && !remedy);
  return (
    <>
      <p role="status">
        {failed.length === 0
          ? `None of ${countOf(steps.length, 'step', 'steps')} failed: the list has what it needs${improvable.length > 0 ? `; ${count(improvable.length)} could be better` : ''}.`
          : `${countOf(failed.length, 'step', 'steps')} of ${steps.length} failed.`}
      </p>
      <ol class="steps">
        {[...failed, ...improvable, ...passed].map(({ name, ok, detail, remedy }) => (
          <li key={name} class={ok ? (remedy ? 'warn' : 'good') : 'bad'}>
            <h2>
              <span aria-hidden="true">{ok ? (remedy ? '!' : '✓') : '✗'}</span> {capitalise(plainly(name))}
              <span class="unseen">{ok ? (remedy ? ', could be better' : ', passed') : ', failed'}</span>
            </h2>
            <p>
              <Words text={detail} />
            </p>
            {remedy && (
              <p>
                <span class="step">Next step</span> <Words text={remedy} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
