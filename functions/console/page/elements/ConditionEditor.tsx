import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  conditionOf,
  finished,
  isGroup,
  isWhole,
  type Operator,
  operators,
  type Test,
  type Tests,
  takesValue,
  testsOf,
} from '../draft/conditions.ts';
import { useEditing } from '../draft/editing.ts';
import type { Path } from '../draft/entry.ts';
import { sourceFields } from '../draft/fields.ts';
import { Help } from './Setting.tsx';

const words: Readonly<Record<Operator, string>> = {
  in: 'is one of',
  notIn: 'is none of',
  startsWith: 'starts with',
  startsNotWith: 'does not start with',
  has: 'has among others',
  hasNot: 'does not have',
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
      <Lines tests={shown.value} number="" change={take} />
      <Help id={`${path.join('-')}-help`} help={help} faults={faultsAt(path)} />
    </fieldset>
  );

  function take(next: Tests): void {
    shown.value = next;
    set(path, conditionOf(finished(next)));
    const what = `“${label}”: fill in every condition, or take out those that are not needed`;
    keepUnfinished(path, isWhole(next) ? undefined : { typed: next, what });
  }
}

interface LinesProps {
  readonly tests: Tests;
  /** Of the group in its condition, such as `2.`; empty for the condition itself. */
  readonly number: string;
  change(changed: Tests): void;
}

const nothingYet: Test = { field: '', operator: 'in', value: '' };

function Lines({ tests: { meets, tests }, number, change }: LinesProps) {
  return (
    <>
      {(tests.length > 1 || number !== '') && (
        <label class="field">
          <span>A contact has to meet</span>
          <select
            value={meets}
            onChange={event => change({ tests, meets: event.currentTarget.value as Tests['meets'] })}
          >
            <option value="all">all of these</option>
            <option value="any">any of these</option>
          </select>
        </label>
      )}
      {tests.map((test, index) => {
        const own = `${number}${index + 1}`;
        if (!isGroup(test))
          return <Line key={index} number={own} test={test} change={changed => replace(index, changed)} />;
        return (
          <fieldset key={index} class="card">
            <legend class="unseen">Group {own}</legend>
            <Lines
              tests={test}
              number={`${own}.`}
              change={changed => replace(index, changed.tests.length > 0 ? changed : undefined)}
            />
          </fieldset>
        );
      })}
      <div class="buttons">
        <button type="button" onClick={() => change({ meets, tests: [...tests, nothingYet] })}>
          Add a condition{number && ' to this group'}
        </button>
        {number === '' && tests.length > 0 && (
          <button type="button" onClick={addGroup}>
            Add a group
          </button>
        )}
      </div>
    </>
  );

  function replace(index: number, changed: Test | Tests | undefined): void {
    change({ meets, tests: tests.flatMap((each, at) => (at === index ? (changed ?? []) : each)) });
  }

  /** Of the other way: one of the same would say nothing more. */
  function addGroup(): void {
    const group: Tests = { meets: meets === 'all' ? 'any' : 'all', tests: [nothingYet, nothingYet] };
    change({ meets, tests: [...tests, group] });
  }
}

interface LineProps {
  readonly number: string;
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
