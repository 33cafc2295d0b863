import { useSignal } from '@preact/signals';
import { useEditing } from '../../draft/editing.ts';
import type { Entry } from '../../draft/entry.ts';
import { defaultFields, isList } from '../../draft/fields.ts';
import { inOneLine } from '../../draft/inOneLine.ts';
import { Help, Select } from '../../elements/Setting.tsx';
import { inWords } from '../../words.ts';

/** What fields hold where the source has nothing. */
export function Defaults() {
  const { read } = useEditing();
  const given = (read(['defaults']) ?? {}) as Entry;
  const begun = useSignal('');
  const fields = [...new Set([...Object.keys(given), ...(begun.value ? [begun.value] : [])])];
  return (
    <>
      {fields.map(field => (
        <Default key={field} field={field} begin={begin} />
      ))}
      <Select
        label="A field that is never empty"
        value=""
        options={[{ value: '', name: 'Choose one' }, ...defaultFields.filter(({ value }) => !fields.includes(value))]}
        help="It gets a text where the source has nothing, such as the company’s name."
        change={begin}
      />
    </>
  );

  function begin(field: string): void {
    begun.value = field;
  }
}

interface DefaultProps {
  readonly field: string;
  begin(field: string): void;
}

function Default({ field, begin }: DefaultProps) {
  const { read, set, faultsAt } = useEditing();
  const path = ['defaults', field];
  // As it is typed: a comma at its end is part of no list.
  const typed = useSignal(inOneLine(read(path)));
  return (
    <fieldset class="setting">
      <legend>{inWords(field)}, where it is empty</legend>
      <div class="line">
        <input
          aria-label={`${inWords(field)}, where it is empty${isList(field) ? ': values, with commas between' : ''}`}
          value={typed}
          onInput={event => take(event.currentTarget.value)}
        />
        <button type="button" aria-label={`${inWords(field)}: leave it empty`} onClick={drop}>
          ×
        </button>
      </div>
      <Help id={`default-${field}`} help={undefined} faults={faultsAt(path)} />
    </fieldset>
  );

  function take(text: string): void {
    typed.value = text;
    begin(field);
    const texts = text.split(',').flatMap(each => each.trim() || []);
    const value = isList(field) ? texts : text.trim() === '' ? [] : text;
    set(path, value.length > 0 ? value : undefined);
  }

  function drop(): void {
    set(path, undefined);
    begin('');
  }
}
