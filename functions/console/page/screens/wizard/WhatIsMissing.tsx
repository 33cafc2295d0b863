import { useEditing } from '../../draft/editing.ts';
import type { Missing } from '../../draft/missing.ts';
import { links } from '../../links.ts';

interface WhatIsMissingProps {
  readonly before: string;
  readonly missing: readonly Missing[];
}

/** What has to be said first, each with the step that asks for it. */
export function WhatIsMissing({ before, missing }: WhatIsMissingProps) {
  const { list } = useEditing();
  if (missing.length === 0) return null;
  return (
    <div class="notice warn">
      <p>{before}</p>
      <ul>
        {missing.map(({ step, what }) => (
          <li key={what}>
            <a href={links.edit(list, step)}>{what}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
