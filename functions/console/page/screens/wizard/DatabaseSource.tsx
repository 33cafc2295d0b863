import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ColumnsView } from '../../../../../shared/api/try.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Path } from '../../draft/entry.ts';
import { probeOfQuery } from '../../draft/probe.ts';
import { useTried } from '../../draft/tried.ts';
import { Select, TextSetting } from '../../elements/Setting.tsx';
import { Columns } from './Columns.tsx';

/** A query, its first rows, and what their columns fill. A database is asked when somebody says so, not while they type. */
export function DatabaseSource({ path }: { readonly path: Path }) {
  const { entry, text, read, set, faultsAt } = useEditing();
  const { answer, failure, busy, ask } = useTried<ColumnsView>();
  const key = [...path, 'key'];
  const query = text([...path, 'query']);
  const asked = useSignal('');
  const place = JSON.stringify([text([...path, 'connection']), query]);
  const isReady = query !== '' && text([...path, 'connection']) !== '';
  const columns = asked.value === place ? answer?.columns : undefined;
  const names = columns?.map(({ name }) => name);
  useEffect(() => {
    if (isReady) look();
  }, [JSON.stringify(read([...path, 'columns']))]);
  return (
    <>
      <TextSetting
        path={[...path, 'query']}
        label="Query"
        lines={8}
        required
        hint="SELECT id, first_name AS given_name, last_name AS surname, email FROM people"
        help="One SELECT, which only reads. A column that is called as a field of contacts fills it; others are given one below."
      />
      <button type="button" disabled={busy || !isReady} onClick={look}>
        {busy ? 'Asking the database…' : 'Show the first rows'}
      </button>
      {asked.value === place && (columns || failure) && (
        <Columns path={path} columns={columns} failure={failure} busy="" leavesOut />
      )}
      {names ? (
        <Select
          label="Key column"
          value={text(key)}
          options={[
            { value: '', name: 'Choose one' },
            ...[...new Set([...names, ...(text(key) ? [text(key)] : [])])].map(name => ({ value: name, name })),
          ]}
          faults={faultsAt(key)}
          help={keyHelp}
          change={name => set(key, name || undefined)}
        />
      ) : (
        <TextSetting path={key} label="Key column" required hint="id" help={keyHelp} />
      )}
    </>
  );

  function look(): void {
    asked.value = place;
    const name = text([...path, 'name']);
    ask({ show: 'columns', definition: probeOfQuery(entry, path), ...(name && { source: name }) });
  }
}

const keyHelp = 'The column that tells people apart and never changes.';
