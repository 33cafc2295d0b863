import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useEditing } from '../draft/editing.ts';
import type { Path } from '../draft/entry.ts';
import type { Fault } from '../draft/faults.ts';
import { Words } from './Words.tsx';

interface Described {
  readonly label: string;
  /** One sentence. */
  readonly help?: ComponentChildren;
}

interface TextProps extends Described {
  readonly path: Path;
  readonly hint?: string;
  readonly required?: boolean;
  readonly lines?: number;
  readonly type?: 'text' | 'url' | 'number';
  /** Instead of setting what was typed. */
  change?(text: string): void;
}

/** A text of the list; emptied, the setting is left out. */
export function TextSetting({ path, label, help, hint, required = false, lines, type = 'text', change }: TextProps) {
  const { read, set, faultsAt } = useEditing();
  const id = useId();
  const faults = faultsAt(path);
  const value = read(path);
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const common = {
    id,
    value: shown,
    required,
    placeholder: hint,
    spellcheck: false,
    'aria-describedby': `${id}-help`,
    'aria-invalid': faults.length > 0,
    onInput: (event: Event) => take((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class="setting">
      <label htmlFor={id}>
        {label}
        {required && <span class="hint"> (required)</span>}
      </label>
      {lines ? <textarea {...common} rows={lines} /> : <input {...common} type={type as 'text'} autocomplete="off" />}
      <Help id={`${id}-help`} help={help} faults={faults} />
    </div>
  );

  function take(text: string): void {
    if (change) change(text);
    else if (type === 'number') set(path, text === '' ? undefined : Number(text));
    else set(path, text === '' ? undefined : text);
  }
}

interface PercentProps {
  readonly path: Path;
  readonly label: string;
  readonly hint?: string;
}

/** In percent here, of 1 in the settings. */
export function PercentSetting({ path, label, hint }: PercentProps) {
  const { read, set, faultsAt } = useEditing();
  const id = useId();
  const value = read(path);
  const faults = faultsAt(path);
  return (
    <div class="setting">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min="0"
        max="100"
        placeholder={hint}
        aria-invalid={faults.length > 0}
        aria-describedby={`${id}-help`}
        value={typeof value === 'number' ? String(Math.round(value * 1000) / 10) : ''}
        onInput={event => {
          const { value: text } = event.currentTarget;
          set(path, text === '' ? undefined : Number(text) / 100);
        }}
      />
      <Help id={`${id}-help`} help={undefined} faults={faults} />
    </div>
  );
}

interface ChoiceProps<Value> extends Described {
  readonly path: Path;
  /** The first is what an entry without the setting means. */
  readonly options: readonly { readonly value: Value; readonly name: string; readonly help?: string }[];
}

/** One of a few, each with what it does. */
export function ChoiceSetting<Value extends string | boolean>({ path, label, help, options }: ChoiceProps<Value>) {
  const { read, set, faultsAt } = useEditing();
  const id = useId();
  const value = read(path) ?? options[0]?.value;
  return (
    <fieldset class="setting" aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      {options.map((option, index) => (
        <label key={String(option.value)} class="option">
          <input
            type="radio"
            name={id}
            checked={option.value === value}
            onChange={() => set(path, index === 0 ? undefined : option.value)}
          />
          <span>
            {option.name}
            {option.help && <span class="hint"> {option.help}</span>}
          </span>
        </label>
      ))}
      <Help id={`${id}-help`} help={help} faults={faultsAt(path)} />
    </fieldset>
  );
}

interface SelectProps extends Described {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly name: string }[];
  readonly faults?: readonly Fault[];
  change(value: string): void;
}

export function Select({ label, help, value, options, faults = [], change }: SelectProps) {
  const id = useId();
  return (
    <div class="setting">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={`${id}-help`}
        aria-invalid={faults.length > 0}
        onChange={event => change(event.currentTarget.value)}
      >
        {options.map(option => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.name}
          </option>
        ))}
      </select>
      <Help id={`${id}-help`} help={help} faults={faults} />
    </div>
  );
}

interface SwitchProps extends Described {
  readonly path: Path;
}

/** What is off unless it is said. */
export function SwitchSetting({ path, label, help }: SwitchProps) {
  const { read, set, faultsAt } = useEditing();
  const id = useId();
  return (
    <div class="setting">
      <label class="option">
        <input
          type="checkbox"
          checked={read(path) === true}
          aria-describedby={`${id}-help`}
          onChange={event => set(path, event.currentTarget.checked || undefined)}
        />
        <span>{label}</span>
      </label>
      <Help id={`${id}-help`} help={help} faults={faultsAt(path)} />
    </div>
  );
}

interface HelpProps {
  readonly id: string;
  readonly help: ComponentChildren;
  readonly faults: readonly Fault[];
}

/** What the setting means, and what the app says against it. */
export function Help({ id, help, faults }: HelpProps) {
  return (
    <div id={id}>
      {help && <p class="hint">{help}</p>}
      {faults.map(({ path, message }) => (
        <p key={`${path} ${message}`} class="fault">
          <code>{path}</code> <Words text={message} />
        </p>
      ))}
    </div>
  );
}
