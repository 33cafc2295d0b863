import type { AuditView } from '../../../../shared/api/audit.ts';
import { links } from '../links.ts';
import { session } from '../session.ts';

/** Who decided something: no name is kept of anybody, so a person is the beginning of the object id, the reader "you". */
export function By({ by }: { readonly by: AuditView['by'] }) {
  if (by.kind === 'functionKey') return <>a function key</>;
  return (
    <a href={links.mailbox(by.id)} title={by.id}>
      {by.id === session.value.value?.id ? 'you' : `${by.id.slice(0, 8)}…`}
    </a>
  );
}
