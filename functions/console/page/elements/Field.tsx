import type { Signal } from '@preact/signals';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: Signal<string>;
  readonly required?: boolean;
}

export function Field({ label, hint, value, required = false }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="search"
        required={required}
        autocomplete="off"
        spellcheck={false}
        value={value}
        placeholder={hint}
        onInput={event => {
          value.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}
