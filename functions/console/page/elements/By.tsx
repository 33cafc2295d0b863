import type { VersionView } from '../../../../shared/api/definition.ts';
import { links } from '../links.ts';
import { session } from '../session.ts';

/** Who did it. The app keeps no names of people: an id leads to its owner. */
export function By({ by }: { readonly by: VersionView['by'] }) {
  if (by.kind === 'functionKey') return <>a function key</>;
  const isReader = by.id === session.value.value?.id;
  return (
    <a href={links.mailbox(by.id)} title={by.id}>
      {isReader ? 'you' : `${by.id.slice(0, 8)}…`}
    </a>
  );
}
