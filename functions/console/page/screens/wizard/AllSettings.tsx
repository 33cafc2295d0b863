import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { replaceEntry } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Entry } from '../../draft/entry.ts';
import { Help } from '../../elements/Setting.tsx';

/** Where what is no JSON yet is kept: it belongs to no setting. */
const path = ['all'];

/** The list as an entry of `CONTACT_LISTS`, with whatever the other steps do not show. */
export function AllSettings() {
  const { list, entry, draft, unfinished, keepUnfinished } = useEditing();
  const id = useId();
  const written = JSON.stringify(entry, null, 2);
  const begun = unfinished(path) as string | undefined;
  const text = useSignal(begun ?? written);
  const parsed = begun === undefined ? undefined : parse(begun);
  const fault = typeof parsed === 'string' ? parsed : '';
  useEffect(() => {
    if (begun === undefined && JSON.stringify(parse(text.value)) !== JSON.stringify(entry)) text.value = written;
  }, [written]);
  return (
    <div class="setting">
      <label htmlFor={id}>The list as JSON</label>
      <textarea
        id={id}
        class="code"
        rows={Math.min(Math.max(text.value.split('\n').length + 1, 12), 40)}
        spellcheck={false}
        aria-describedby={`${id}-help`}
        aria-invalid={fault !== '' || draft.faults.length > 0}
        value={text}
        onInput={event => take(event.currentTarget.value)}
      />
      {fault && (
        <>
          <p class="fault" role="alert">
            {fault}
          </p>
          <button type="button" onClick={() => take(written)}>
            Back to what was there before
          </button>
        </>
      )}
      <Help
        id={`${id}-help`}
        help="What the other steps do not show can be set here, and is kept as it is. It can be copied into CONTACT_LISTS as it stands."
        faults={draft.faults}
      />
    </div>
  );

  function take(typed: string): void {
    text.value = typed;
    const parsed = parse(typed);
    const isEntry = typeof parsed !== 'string';
    const what = '“All settings”: mend the JSON, or go back to what was there before';
    keepUnfinished(path, isEntry ? undefined : { typed, what });
    if (isEntry) replaceEntry(list, parsed);
  }
}

function parse(text: string): Entry | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Entry;
    return 'That is not one list: write { "id": ..., "source": ..., ... }. The other steps go by what was there before.';
  } catch {
    return 'That is no JSON yet: look for a missing quote, comma or bracket. The other steps go by what was there before.';
  }
}
