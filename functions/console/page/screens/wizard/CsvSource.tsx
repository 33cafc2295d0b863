import { useEffect } from 'preact/hooks';
import type { KeptFileView } from '../../../../../shared/api/keptFile.ts';
import type { OpenSources } from '../../../../../shared/api/sources.ts';
import type { ColumnsView } from '../../../../../shared/api/try.ts';
import { sendFile } from '../../api.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Path } from '../../draft/entry.ts';
import { sourceFields } from '../../draft/fields.ts';
import { probeOf } from '../../draft/probe.ts';
import { useTried } from '../../draft/tried.ts';
import { FileInput } from '../../elements/FileInput.tsx';
import { FailureNotice } from '../../elements/Notice.tsx';
import { Help, Select, TextSetting } from '../../elements/Setting.tsx';
import { inWords } from '../../words.ts';

/** An address is typed letter by letter. */
const typingPause = 500;

interface CsvSourceProps {
  readonly path: Path;
  readonly open: OpenSources;
}

/** A file that is sent here, or read from an address that the settings allow. */
export function CsvSource({ path, open }: CsvSourceProps) {
  const { text, set, read, faultsAt } = useEditing();
  const blob = text([...path, 'blob']);
  const isAddress = read([...path, 'url']) !== undefined;
  return (
    <>
      {open.csvHosts.length > 0 && (
        <Select
          label="Where is the file?"
          value={isAddress ? 'url' : 'blob'}
          options={[
            { value: 'blob', name: 'On my computer: I send it here' },
            { value: 'url', name: 'At an address' },
          ]}
          change={where => {
            set([...path, 'blob'], undefined);
            set([...path, 'url'], where === 'url' ? `https://${open.csvHosts[0]}/` : undefined);
          }}
        />
      )}
      {isAddress ? (
        <TextSetting
          path={[...path, 'url']}
          label="Address"
          required
          help={`At one of ${open.csvHosts.join(', ')}. It is read with every run.`}
        />
      ) : (
        <>
          <FileInput
            label={blob ? 'Another file' : 'File'}
            help="CSV, as Outlook, Google, Exchange or any spreadsheet writes it; at most 50 MB."
            send={async file => {
              const kept = await sendFile<KeptFileView>('POST', 'files', file);
              set([...path, 'blob'], kept.blob);
              return `“${file.name}” was sent.`;
            }}
          />
          <Help id="blob-help" help={undefined} faults={faultsAt([...path, 'blob'])} />
        </>
      )}
      {(blob || isAddress) && <Columns path={path} />}
      <TextSetting
        path={[...path, 'key']}
        label="Key column"
        help="The column that tells people apart and never changes, such as a staff number. Without one: the e-mail address."
      />
      <Select
        label="Code page"
        value={text([...path, 'encoding'])}
        options={[{ value: '', name: 'UTF-8' }, ...encodings.map(each => ({ value: each, name: each }))]}
        faults={faultsAt([...path, 'encoding'])}
        help="Older files of Outlook and Excel in Western Europe: windows-1252."
        change={value => set([...path, 'encoding'], value || undefined)}
      />
    </>
  );
}

const encodings = [
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254'],
  ...['iso-8859-2', 'iso-8859-15', 'macintosh', 'shift_jis', 'gb18030', 'utf-16le'],
];

/** What each column of the file fills; one that is not known can be given a field. */
function Columns({ path }: { readonly path: Path }) {
  const { entry, text, read, set } = useEditing();
  const { answer, failure, busy, ask } = useTried<ColumnsView>();
  const name = text([...path, 'name']);
  const own = [...path, 'columns'];
  const given = (read(own) ?? {}) as Readonly<Record<string, string>>;
  const place = ['blob', 'url', 'encoding', 'delimiter'].map(each => text([...path, each]));
  useEffect(() => {
    const read = () => ask({ show: 'columns', definition: probeOf(entry), ...(name && { source: name }) });
    const timer = setTimeout(read, answer || failure ? typingPause : 0);
    return () => clearTimeout(timer);
  }, [JSON.stringify([place, given])]);
  const used = answer?.columns.filter(({ fills }) => fills !== null).length ?? 0;
  return (
    <fieldset class="setting">
      <legend>Columns</legend>
      {failure && failure.status !== 422 && <FailureNotice failure={failure} />}
      {busy && !answer && <p class="loading">Reading the file…</p>}
      {answer && (
        <>
          <p role="status">
            {used} of {answer.columns.length} are recognised.
          </p>
          {answer.columns.map(({ name: column, fills }) => (
            <label key={column} class="column">
              <span>{column}</span>
              <select value={fills ?? ''} onChange={event => give(column, event.currentTarget.value)}>
                {(fills === null || Object.values(given).includes(column)) && (
                  <option value="">{fills === null ? 'not used' : 'as its name says'}</option>
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
          ))}
        </>
      )}
      <Help id="columns-help" help="What each column fills." faults={[]} />
    </fieldset>
  );

  function give(column: string, field: string): void {
    const others = Object.entries(given).filter(([target, each]) => each !== column && target !== field);
    const next = field === '' ? others : [...others, [field, column]];
    set(own, next.length > 0 ? Object.fromEntries(next) : undefined);
  }
}

const columnFields = [
  ...[0, 1, 2].map(index => ({ value: `emailAddresses[${index}]`, name: `E-mail address ${index + 1}` })),
  ...sourceFields.filter(({ value }) => value !== 'emailAddresses'),
  { value: 'owners', name: 'Owners: whose contact it is' },
];
