import type * as z from 'zod';
import type { connectionTest } from '../../../../../shared/api/connectionTest.ts';
import { FailureNotice, Loading } from '../../elements/Notice.tsx';
import { Words } from '../../elements/Words.tsx';
import type { NamedList } from '../../lists.ts';
import { useResource } from '../../resource.ts';
import { has } from '../../session.ts';
import { capitalise, countOf } from '../../words.ts';

/** What the list needs, step by step; what is missing comes first, with its remedy. */
export function ListConnection({ list }: { readonly list: NamedList }) {
  const mayTest = has('Operator', list.id);
  const { value, failure, isOld, reload } = useResource<z.infer<typeof connectionTest>>(
    mayTest ? `lists/${encodeURIComponent(list.id)}/connection-test` : undefined,
  );
  if (!mayTest) return <p class="notice">The connection test takes the role Operator. Ask an Entra admin for it.</p>;
  if (failure) return <FailureNotice failure={failure} retry={reload} />;
  if (!value || isOld) return <Loading what="what the list needs, which takes a few seconds" />;
  const failed = value.steps.filter(({ ok }) => !ok);
  return (
    <>
      <p role="status">
        {failed.length === 0
          ? `All ${countOf(value.steps.length, 'step', 'steps')} passed: the list has what it needs.`
          : `${countOf(failed.length, 'step', 'steps')} of ${value.steps.length} failed.`}
      </p>
      <ol class="steps">
        {[...failed, ...value.steps.filter(({ ok }) => ok)].map(({ name, ok, detail, remedy }) => (
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
      <button type="button" onClick={reload}>
        Test again
      </button>
    </>
  );
}
