import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { replaceEntry } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Entry } from '../../draft/entry.ts';
import { Help } from '../../elements/Setting.tsx';

/** The list as an entry of `CONTACT_LISTS`, with whatever the other steps do not show. */
export function AllSettings() {
  const { list, entry, draft } = useEditing();
  const id = useId();
  const written = JSON.stringify(entry, null, 2);
  const text = useSignal(written);
  const fault = useSignal('');
  useEffect(() => {
    if (fault.value === '') text.value = written;
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
        aria-invalid={fault.value !== '' || draft.faults.length > 0}
        value={text}
        onInput={event => take(event.currentTarget.value)}
      />
      {fault.value && (
        <p class="fault" role="alert">
          {fault.value}
        </p>
      )}
      <Help
        id={`${id}-help`}
        help="An entry of CONTACT_LISTS. What the other steps do not show can be set here, and is kept as it is."
        faults={draft.faults}
      />
    </div>
  );

  function take(typed: string): void {
    text.value = typed;
    const parsed = parse(typed);
    fault.value = typeof parsed === 'string' ? parsed : '';
    if (typeof parsed !== 'string') replaceEntry(list, parsed);
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
