import type { OpenSources } from '../../../../../shared/api/sources.ts';
import { rename, replace } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import { type Entry, idFor, kindOf, type Path, sourcesOf } from '../../draft/entry.ts';
import { Select, TextSetting } from '../../elements/Setting.tsx';
import { links } from '../../links.ts';
import { namedLists } from '../../lists.ts';
import { SourceSettings } from './SourceSettings.tsx';
import { TrySource } from './TrySource.tsx';

/** What the list is called, and what it reads. */
export function SourceStep({ open }: { readonly open: OpenSources }) {
  const { list, draft, entry } = useEditing();
  const sources = sourcesOf(entry);
  return (
    <>
      <TextSetting
        path={['name']}
        label="Name"
        required
        hint="Company staff"
        help="What the list is called here and, unless you say otherwise, the folder in people’s mailboxes."
        change={name => rename(list, name)}
      />
      <SameName />
      {draft.version === undefined && <Id />}
      {sources.map(({ path, source }) => (
        <section key={path.join('.')}>
          <h2>{sources.length > 1 ? `Source: ${source.name}` : 'Source'}</h2>
          <Source path={path} source={source} open={open} />
        </section>
      ))}
      {sources.length > 1 && <p class="hint">Sources are added, taken out and put in order under “All settings”.</p>}
      <TrySource key={JSON.stringify([entry.source, entry.sources])} />
    </>
  );
}

/** Two lists of one name are told apart by nobody. */
function SameName() {
  const { text } = useEditing();
  const name = text(['name']).trim().toLowerCase();
  const other = namedLists.value.find(each => each.id !== text(['id']) && each.name.toLowerCase() === name);
  return (
    <div role="status">
      {other && (
        <p class="notice warn">
          There is a list of this name already: <a href={links.list(other.id)}>{other.name}</a>. Two are hard to tell
          apart.
        </p>
      )}
    </div>
  );
}

function Id() {
  const { list, text } = useEditing();
  const other = namedLists.value.find(({ id }) => id === text(['id']));
  const isOwn = text(['id']) !== idFor(text(['name'])) || (text(['name']) !== '' && text(['id']) === '');
  return (
    <details open={isOwn || other !== undefined || undefined}>
      <summary>
        Id: <code>{text(['id']) || 'made of the name'}</code>
      </summary>
      <TextSetting
        key={list}
        path={['id']}
        label="Id"
        help="How settings and scripts name the list, for ever: small letters, digits and “-”."
      />
      <div role="status">
        {other && (
          <p class="fault">
            The list <a href={links.list(other.id)}>{other.name}</a> has this id: give another.
          </p>
        )}
      </div>
    </details>
  );
}

interface SourceProps {
  readonly path: Path;
  readonly source: Entry;
  readonly open: OpenSources;
}

type Way = 'contactFolder' | 'otherTenant' | 'directory' | 'csv' | 'sql' | 'exchangeServer';

const ways: readonly { readonly value: Way; readonly name: string }[] = [
  { value: 'contactFolder', name: 'Contact folders of a mailbox' },
  { value: 'directory', name: 'The directory: colleagues' },
  { value: 'csv', name: 'A CSV file' },
  { value: 'sql', name: 'A database' },
  { value: 'exchangeServer', name: 'An Exchange server of our own' },
  { value: 'otherTenant', name: 'A mailbox of another organisation' },
];

function Source({ path, source, open }: SourceProps) {
  const { list } = useEditing();
  const way = wayOf(source);
  return (
    <>
      <Select
        label="What does it read?"
        value={way}
        options={ways}
        change={chosen => replace(list, path, sourceFor(chosen as Way, source, open))}
        help="Where the contacts are kept today: they are changed there, and every mailbox follows."
      />
      <SourceSettings path={path} source={source} way={way} open={open} />
    </>
  );
}

function wayOf(source: Entry): Way {
  const kind = kindOf(source) as Exclude<Way, 'otherTenant'>;
  return kind === 'contactFolder' && 'connection' in source ? 'otherTenant' : kind;
}

/** A source of another kind, with what there is only one of. */
function sourceFor(way: Way, { name, where }: Entry, { mailboxes, connections }: OpenSources): Entry {
  const basics = { ...(name !== undefined && { name }), ...(where !== undefined && { where }) };
  const [mailbox] = mailboxes.length === 1 ? mailboxes : [];
  const [connection] = connections.filter(({ kind }) => kindsOf(way).includes(kind));
  const named = connection && { connection: connection.name };
  switch (way) {
    case 'contactFolder':
      return { kind: 'contactFolder', ...basics, ...(mailbox && { mailbox }) };
    case 'otherTenant':
      return { kind: 'contactFolder', ...basics, connection: connection?.name ?? '', ...(mailbox && { mailbox }) };
    case 'exchangeServer':
      return { kind: way, ...basics, ...named, ...(mailbox && { mailbox }) };
    case 'sql':
      return { kind: way, ...basics, ...named };
    case 'csv':
    case 'directory':
      return { kind: way, ...basics };
  }
}

/** Of the connections that such a source reads by. */
function kindsOf(way: Way): readonly string[] {
  if (way === 'otherTenant') return ['tenant'];
  if (way === 'sql') return ['postgres', 'azureSql'];
  return way === 'exchangeServer' ? ['exchangeServer'] : [];
}
