import type { ColumnsView } from '../../../../../shared/api/try.ts';
import type { ApiFailure } from '../../api.ts';
import { type GivenColumns, giveColumn } from '../../draft/columns.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Path } from '../../draft/entry.ts';
import { sourceFields } from '../../draft/fields.ts';
import { FailureNotice } from '../../elements/Notice.tsx';
import { Help } from '../../elements/Setting.tsx';
import { inWords } from '../../words.ts';

interface ColumnsProps {
  /** Of the source. */
  readonly path: Path;
  readonly columns: ColumnsView['columns'] | undefined;
  readonly failure: ApiFailure | undefined;
  /** Said until there are any. */
  readonly busy: string;
  /** Whether a column can be kept from filling the field that it is named like. */
  readonly leavesOut: boolean;
}

/** What each column holds and fills; one that is not known can be given a field. */
export function Columns({ path, columns, failure, busy, leavesOut }: ColumnsProps) {
  const { read, set, faultsAt } = useEditing();
  const own = [...path, 'columns'];
  const given = (read(own) ?? {}) as GivenColumns;
  const used = columns?.filter(({ fills }) => fills !== null).length;
  return (
    <fieldset class="setting">
      <legend>Columns</legend>
      {failure && failure.status !== 422 && <FailureNotice failure={failure} />}
      {failure && Object.keys(given).length > 0 && (
        <button type="button" onClick={() => set(own, undefined)}>
          Forget what was said of columns
        </button>
      )}
      {busy && !columns && <p class="loading">{busy}</p>}
      {columns && (
        <p role="status">
          {used} of {columns.length} are recognised.
        </p>
      )}
      {columns?.map(column => {
        const { name, fills, examples } = column;
        const isGiven = Object.values(given).includes(name);
        return (
          <label key={name} class="column">
            <span>
              {name} <span class="hint">{examples.join(' · ') || 'empty in the first rows'}</span>
            </span>
            <select
              value={fills ?? ''}
              onChange={event => set(own, giveColumn(given, column, event.currentTarget.value, leavesOut))}
            >
              {(fills === null || isGiven || leavesOut) && (
                <option value="">{fills === null || leavesOut ? 'not used' : 'as its name says'}</option>
              )}
              {columnFields.map(field => (
                <option key={field.value} value={field.value} selected={field.value === fills}>
                  {field.name}
                </option>
              ))}
              {fills && !columnFields.some(({ value }) => value === fills) && (
                <option value={fills} selected>
                  {inWords(fills)}
                </option>
              )}
            </select>
          </label>
        );
      })}
      <Help
        id="columns-help"
        help={columns && 'What each column holds in the first rows, and what it fills.'}
        faults={faultsAt(own)}
      />
    </fieldset>
  );
}

const columnFields = [
  ...[0, 1, 2].map(index => ({ value: `emailAddresses[${index}]`, name: `E-mail address ${index + 1}` })),
  ...sourceFields.filter(({ value }) => value !== 'emailAddresses'),
  { value: 'owners', name: 'Owners: whose contact it is' },
];
