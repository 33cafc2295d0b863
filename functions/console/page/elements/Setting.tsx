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
  const value = read(path);
  const common = {
    value: typeof value === 'string' || typeof value === 'number' ? String(value) : '',
    required,
    placeholder: hint,
    spellcheck: false,
    onInput: (event: Event) => take((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <Labelled label={label} help={help} required={required} faults={faultsAt(path)}>
      {field =>
        lines ? (
          <textarea {...field} {...common} rows={lines} />
        ) : (
          <input {...field} {...common} type={type as 'text'} autocomplete="off" />
        )
      }
    </Labelled>
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
  const value = read(path);
  return (
    <Labelled label={label} faults={faultsAt(path)}>
      {field => (
        <input
          {...field}
          type="number"
          min="0"
          max="100"
          placeholder={hint}
          value={typeof value === 'number' ? String(Math.round(value * 1000) / 10) : ''}
          onInput={event => {
            const { value: text } = event.currentTarget;
            set(path, text === '' ? undefined : Number(text) / 100);
          }}
        />
      )}
    </Labelled>
  );
}

export interface Option {
  readonly name: string;
  readonly help?: string;
  /** What is set, where that is not the option's key. */
  readonly value?: boolean;
}

interface ChoiceProps<Value extends string> extends Described {
  readonly path: Path;
  /** The first is what an entry without the setting means. */
  readonly options: Readonly<Record<Value, Option>>;
}

/** One of a few, each with what it does. */
export function ChoiceSetting<Value extends string>({ path, label, help, options }: ChoiceProps<Value>) {
  const { read, set, faultsAt } = useEditing();
  const id = useId();
  const all = Object.entries<Option>(options);
  const [first] = all;
  const chosen = read(path) ?? first?.[1].value ?? first?.[0];
  return (
    <fieldset class="setting" aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      {all.map(([key, { name, help: more, value = key }], index) => (
        <label key={key} class="option">
          <input
            type="radio"
            name={id}
            checked={value === chosen}
            onChange={() => set(path, index === 0 ? undefined : value)}
          />
          <span>
            {name}
            {more && <span class="hint"> {more}</span>}
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

export function Select({ label, help, value, options, faults, change }: SelectProps) {
  return (
    <Labelled label={label} help={help} faults={faults}>
      {field => (
        <select {...field} value={value} onChange={event => change(event.currentTarget.value)}>
          {options.map(option => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
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

interface LabelledProps extends Described {
  readonly required?: boolean;
  readonly faults?: readonly Fault[] | undefined;
  /** What is filled in, with what ties it to its label and its help. */
  children(field: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }): ComponentChildren;
}

/** Something to fill in, under its label. */
function Labelled({ label, help, required, faults = [], children }: LabelledProps) {
  const id = useId();
  return (
    <div class="setting">
      <label htmlFor={id}>
        {label}
        {required && <span class="hint"> (required)</span>}
      </label>
      {children({ id, 'aria-describedby': `${id}-help`, 'aria-invalid': faults.length > 0 })}
      <Help id={`${id}-help`} help={help} faults={faults} />
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
