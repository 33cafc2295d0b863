import { useEffect } from 'preact/hooks';
import type { KeptFileView } from '../../../../../shared/api/sourceFiles.ts';
import type { OpenSources } from '../../../../../shared/api/sources.ts';
import type { ColumnsView } from '../../../../../shared/api/try.ts';
import { sendFile } from '../../api.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Path } from '../../draft/entry.ts';
import { probeOf } from '../../draft/probe.ts';
import { useTried } from '../../draft/tried.ts';
import { FileInput } from '../../elements/FileInput.tsx';
import { Help, Select, TextSetting } from '../../elements/Setting.tsx';
import { Columns } from './Columns.tsx';

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
      {(blob || isAddress) && <FileColumns path={path} />}
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

/** Read again whenever it is another file, or read otherwise. */
function FileColumns({ path }: { readonly path: Path }) {
  const { entry, text, read } = useEditing();
  const { answer, failure, busy, ask } = useTried<ColumnsView>();
  const name = text([...path, 'name']);
  const place = ['blob', 'url', 'encoding', 'delimiter', 'columns'].map(each => read([...path, each]));
  useEffect(() => {
    const look = () => ask({ show: 'columns', definition: probeOf(entry), ...(name && { source: name }) });
    const timer = setTimeout(look, answer || failure ? typingPause : 0);
    return () => clearTimeout(timer);
  }, [JSON.stringify(place)]);
  return (
    <Columns
      path={path}
      columns={answer?.columns}
      failure={failure}
      busy={busy ? 'Reading the file…' : ''}
      leavesOut={false}
    />
  );
}
