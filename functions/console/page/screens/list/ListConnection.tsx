import type * as z from 'zod';
import type { connectionTest } from '../../../../../shared/api/connectionTest.ts';
import { ConnectionSteps } from '../../elements/ConnectionSteps.tsx';
import { FailureNotice, Loading } from '../../elements/Notice.tsx';
import type { NamedList } from '../../lists.ts';
import { useResource } from '../../resource.ts';
import { has } from '../../session.ts';

/** What the list needs, step by step; what is missing comes first, with its remedy. */
export function ListConnection({ list }: { readonly list: NamedList }) {
  const mayTest = has('Operator', list.id);
  const { value, failure, isOld, reload } = useResource<z.infer<typeof connectionTest>>(
    mayTest ? `lists/${encodeURIComponent(list.id)}/connection-test` : undefined,
  );
  if (!mayTest) return <p class="notice">The connection test takes the role Operator. Ask an Entra admin for it.</p>;
  if (failure) return <FailureNotice failure={failure} retry={reload} />;
  if (!value || isOld) return <Loading what="what the list needs, which takes a few seconds" />;
  return (
    <>
      <ConnectionSteps steps={value.steps} />
      <button type="button" onClick={reload}>
        Test again
      </button>
    </>
  );
}
