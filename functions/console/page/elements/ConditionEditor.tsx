import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { conditionOf, type Operator, operators, type Test, type Tests, testsOf } from '../draft/conditions.ts';
import { useEditing } from '../draft/editing.ts';
import type { Path } from '../draft/entry.ts';
import { sourceFields } from '../draft/fields.ts';
import { Help } from './Setting.tsx';

const words: Readonly<Record<Operator, string>> = {
  in: 'is one of',
  notIn: 'is none of',
  startsWith: 'starts with',
  has: 'has among others',
  filled: 'is filled',
  empty: 'is empty',
};

interface ConditionEditorProps {
  readonly label: string;
  readonly help: string;
  readonly path: Path;
}

/** What a contact has to meet, line by line. */
export function ConditionEditor({ label, help, path }: ConditionEditorProps) {
  const { read, set, faultsAt, unfinished, keepUnfinished } = useEditing();
  const written = JSON.stringify(read(path));
  const stored = testsOf(read(path));
  // A line that is not filled yet is no condition: it is kept beside the entry.
  const begun = unfinished(path) as Tests | undefined;
  const shown = useSignal<Tests>(begun ?? stored ?? { meets: 'all', tests: [] });
  useEffect(() => {
    if (stored && JSON.stringify(conditionOf(finished(shown.value))) !== written) shown.value = begun ?? stored;
  }, [written]);
  const { meets, tests } = shown.value;
  if (!stored)
    return (
      <div class="setting">
        <p>
          <strong>{label}</strong>: a condition of several levels, which is shown and changed under “All settings”.
        </p>
        <Help id={`${path.join('-')}-help`} help={undefined} faults={faultsAt(path)} />
      </div>
    );
  return (
    <fieldset class="setting" aria-describedby={`${path.join('-')}-help`}>
      <legend>{label}</legend>
      {tests.length > 1 && (
        <label class="field">
          <span>A contact has to meet</span>
          <select value={meets} onChange={event => take({ tests, meets: event.currentTarget.value as Tests['meets'] })}>
            <option value="all">all of these</option>
            <option value="any">any of these</option>
          </select>
        </label>
      )}
      {tests.map((test, index) => (
        <Line key={index} number={index + 1} test={test} change={changed => replace(index, changed)} />
      ))}
      <button
        type="button"
        onClick={() => take({ meets, tests: [...tests, { field: '', operator: 'in', value: '' }] })}
      >
        Add a condition
      </button>
      <Help id={`${path.join('-')}-help`} help={help} faults={faultsAt(path)} />
    </fieldset>
  );

  function replace(index: number, changed: Test | undefined): void {
    take({ meets, tests: tests.flatMap((each, at) => (at === index ? (changed ?? []) : each)) });
  }

  function take(next: Tests): void {
    shown.value = next;
    set(path, conditionOf(finished(next)));
    const what = `“${label}”: fill in every condition, or take out those that are not needed`;
    keepUnfinished(path, next.tests.every(isFinished) ? undefined : { typed: next, what });
  }
}

function finished({ meets, tests }: Tests): Tests {
  return { meets, tests: tests.filter(isFinished) };
}

function isFinished({ field, operator, value }: Test): boolean {
  return field !== '' && (!takesValue(operator) || value.trim() !== '');
}

function takesValue(operator: Operator): boolean {
  return operator !== 'filled' && operator !== 'empty';
}

interface LineProps {
  readonly number: number;
  readonly test: Test;
  /** @param changed undefined to take it out */
  change(changed: Test | undefined): void;
}

function Line({ number, test, change }: LineProps) {
  const { field, operator, value } = test;
  return (
    <div class="line">
      <select
        aria-label={`Condition ${number}: field`}
        value={field}
        onChange={event => change({ ...test, field: event.currentTarget.value })}
      >
        <option value="">Choose a field</option>
        {sourceFields.map(each => (
          <option key={each.value} value={each.value} selected={each.value === field}>
            {each.name}
          </option>
        ))}
      </select>
      <select
        aria-label={`Condition ${number}: how`}
        value={operator}
        onChange={event => change({ ...test, operator: event.currentTarget.value as Operator })}
      >
        {operators.map(each => (
          <option key={each} value={each} selected={each === operator}>
            {words[each]}
          </option>
        ))}
      </select>
      {takesValue(operator) && (
        <input
          aria-label={`Condition ${number}: ${operator === 'in' || operator === 'notIn' ? 'values, with commas between' : 'value'}`}
          placeholder={operator === 'in' || operator === 'notIn' ? 'Sales, Support' : 'Sales'}
          value={value}
          onInput={event => change({ ...test, value: event.currentTarget.value })}
        />
      )}
      <button type="button" aria-label={`Take out condition ${number}`} onClick={() => change(undefined)}>
        ×
      </button>
    </div>
  );
}
