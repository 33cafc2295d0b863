import { useEditing } from '../../draft/editing.ts';
import { kindOf, sourcesOf } from '../../draft/entry.ts';
import type { Step } from '../../draft/faults.ts';
import { links } from '../../links.ts';

/** What has to be said before there is a list, each with the step that asks for it. */
export function WhatIsMissing() {
  const { list, entry, text, texts } = useEditing();
  const missing: [Step, string][] = [];
  if (text(['id']) === '') missing.push(['source', 'Give the list a name']);
  for (const { source } of sourcesOf(entry)) {
    const readsFolders = ['contactFolder', 'exchangeServer'].includes(kindOf(source));
    if (readsFolders && !Array.isArray(source.folders)) missing.push(['source', 'Tick the folders that it reads']);
    const readsFile = kindOf(source) === 'csv' && source.blob === undefined && source.url === undefined;
    if (readsFile) missing.push(['source', 'Send the file that it reads']);
  }
  const targets = [...texts(['targets', 'groups']), ...texts(['targets', 'mailboxes'])];
  if (targets.length === 0) missing.push(['targets', 'Name a group or a person who gets it']);
  if (missing.length === 0) return null;
  return (
    <div class="notice warn">
      <p>Before it can be saved:</p>
      <ul>
        {missing.map(([step, what]) => (
          <li key={what}>
            <a href={links.edit(list, step)}>{what}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
