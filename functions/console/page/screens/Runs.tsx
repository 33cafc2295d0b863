import { useSignal } from '@preact/signals';
import { Action } from '../elements/Action.tsx';
import { Empty, Loading, ReadFailure } from '../elements/Notice.tsx';
import { type AddressedRun, RunTable, runColumns, written } from '../elements/RunTable.tsx';
import { Screen } from '../elements/Screen.tsx';
import { CsvButton } from '../elements/Table.tsx';
import { useResource } from '../resource.ts';
import { startRun } from '../startRun.tsx';
import { count } from '../words.ts';

export function Runs() {
  const reading = useResource<{ runs: AddressedRun[] }>('runs?limit=100', { again: () => true });
  const { value, failure } = reading;
  const isShort = useSignal(false);
  const runs = value?.runs.filter(run => !isShort.value || written(run) > 0) ?? [];
  return (
    <Screen
      title="Runs"
      intro="Each pass over the lists: by the schedule, a change notification, or somebody who asked."
    >
      <Action label="Sync all lists now" run={() => startRun('resync', {})} />
      <ReadFailure {...reading} />
      {!value && !failure && <Loading what="runs" />}
      {value?.runs.length === 0 && (
        <Empty title="Nothing has run yet.">
          <p>The schedule starts the first run by itself.</p>
        </Empty>
      )}
      {value && value.runs.length > 0 && (
        <>
          <label class="option">
            <input
              type="checkbox"
              checked={isShort}
              onChange={event => {
                isShort.value = event.currentTarget.checked;
              }}
            />
            <span>Only runs that wrote contacts</span>
          </label>
          {runs.length > 0 ? (
            <RunTable runs={runs} />
          ) : (
            <Empty title={`None of the last ${count(value.runs.length)} runs wrote a contact.`} />
          )}
          <div class="buttons">
            <CsvButton name="runs" columns={runColumns} readAll={async () => runs} />
          </div>
        </>
      )}
    </Screen>
  );
}
