import type { ComponentChildren } from 'preact';
import { useEditing } from '../../draft/editing.ts';
import { stepFor } from '../../draft/faults.ts';
import { links } from '../../links.ts';

/** What the app says against the list, each with the step where it is mended. */
export function Faults({ before }: { readonly before: ComponentChildren }) {
  const { list, draft } = useEditing();
  if (draft.faults.length === 0) return null;
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>The list is refused.</strong> {before}
      </p>
      <ul>
        {draft.faults.map(fault => (
          <li key={`${fault.path} ${fault.message}`}>
            <a href={links.edit(list, stepFor(fault))}>
              <code>{fault.path}</code>
            </a>{' '}
            {fault.message}
          </li>
        ))}
      </ul>
    </div>
  );
}
