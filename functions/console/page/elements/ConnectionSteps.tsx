import type { ConnectionStep } from '../../../../shared/api/connectionTest.ts';
import { capitalise, countOf } from '../words.ts';
import { Words } from './Words.tsx';

/** Step by step; what is missing comes first, with its remedy. */
export function ConnectionSteps({ steps }: { readonly steps: readonly ConnectionStep[] }) {
  const failed = steps.filter(({ ok }) => !ok);
  return (
    <>
      <p role="status">
        {failed.length === 0
          ? `All ${countOf(steps.length, 'step', 'steps')} passed: the list has what it needs.`
          : `${countOf(failed.length, 'step', 'steps')} of ${steps.length} failed.`}
      </p>
      <ol class="steps">
        {[...failed, ...steps.filter(({ ok }) => ok)].map(({ name, ok, detail, remedy }) => (
          <li key={name} class={ok ? 'good' : 'bad'}>
            <h2>
              <span aria-hidden="true">{ok ? '✓' : '✗'}</span> {capitalise(name)}
              <span class="unseen">{ok ? ', passed' : ', failed'}</span>
            </h2>
            <p>
              <Words text={detail} />
            </p>
            {remedy && (
              <p>
                <span class="step">Next step</span> {remedy}
              </p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
