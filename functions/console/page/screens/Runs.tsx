import { Action } from '../elements/Action.tsx';
import { Empty, Loading, ReadFailure } from '../elements/Notice.tsx';
import { type AddressedRun, RunTable, runColumns } from '../elements/RunTable.tsx';
import { Screen } from '../elements/Screen.tsx';
import { CsvButton } from '../elements/Table.tsx';
import { useResource } from '../resource.ts';
import { startRun } from '../startRun.tsx';

export function Runs() {
  const reading = useResource<{ runs: AddressedRun[] }>('runs?limit=100', { again: () => true });
  const { value, failure } = reading;
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
          <RunTable runs={value.runs} />
          <div class="buttons">
            <CsvButton name="runs" columns={runColumns} readAll={async () => value.runs} />
          </div>
        </>
      )}
    </Screen>
  );
}
