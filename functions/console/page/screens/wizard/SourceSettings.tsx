import type { OpenSources } from '../../../../../shared/api/sources.ts';
import { useEditing } from '../../draft/editing.ts';
import { type Entry, type Path, textAt } from '../../draft/entry.ts';
import { FolderPicker } from '../../elements/FolderPicker.tsx';
import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { Select, SwitchSetting } from '../../elements/Setting.tsx';
import { CsvSource } from './CsvSource.tsx';
import { DatabaseSource } from './DatabaseSource.tsx';

interface SourceSettingsProps {
  readonly path: Path;
  readonly source: Entry;
  readonly way: string;
  readonly open: OpenSources;
}

/** What a source of the kind needs. */
export function SourceSettings({ path, source, way, open }: SourceSettingsProps) {
  switch (way) {
    case 'contactFolder':
      return <Folders path={path} source={source} open={open} />;
    case 'otherTenant':
      return (
        <>
          <Connection path={path} kinds={['tenant']} what="another organisation" open={open} />
          <Folders path={path} source={source} open={open} />
        </>
      );
    case 'csv':
      return <CsvSource path={path} open={open} />;
    case 'directory':
      return <Directory path={path} />;
    case 'sql':
      return <Database path={path} open={open} />;
    case 'exchangeServer':
      return <ExchangeServer path={path} source={source} open={open} />;
    default:
      return null;
  }
}

function Folders({ path, source, open }: Omit<SourceSettingsProps, 'way'>) {
  const isReady = textAt(source, ['mailbox']) !== '' && source.connection !== '';
  return (
    <>
      <Mailbox path={path} open={open} />
      {isReady && <FolderPicker source={source} path={[...path, 'folders']} />}
    </>
  );
}

/** One of those that the settings open to lists of the console. */
function Mailbox({ path, open }: { readonly path: Path; readonly open: OpenSources }) {
  const { text, set, faultsAt } = useEditing();
  const own = [...path, 'mailbox'];
  const mailbox = text(own);
  const mailboxes = [...new Set([...open.mailboxes, ...(mailbox ? [mailbox] : [])])];
  if (mailboxes.length === 0)
    return (
      <p class="notice warn">
        No mailbox is open to lists that are made here. Name those that may be read in the app setting{' '}
        <code>CONSOLE_SOURCES</code>, where the app is deployed.
      </p>
    );
  return (
    <Select
      label="Mailbox"
      value={mailbox}
      options={[{ value: '', name: 'Choose one' }, ...mailboxes.map(each => ({ value: each, name: each }))]}
      faults={faultsAt(own)}
      help="Whose contacts are read. More are opened where the app is deployed, in its setting CONSOLE_SOURCES."
      change={value => set(own, value || undefined)}
    />
  );
}

interface ConnectionProps {
  readonly path: Path;
  readonly kinds: readonly string[];
  readonly what: string;
  readonly open: OpenSources;
}

function Connection({ path, kinds, what, open: { connections } }: ConnectionProps) {
  const { text, set, faultsAt } = useEditing();
  const own = [...path, 'connection'];
  const usable = connections.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const connection = text(own);
  const names = [...new Set([...usable, ...(connection ? [connection] : [])])];
  if (names.length === 0)
    return (
      <p class="notice warn">
        No connection to {what} is open to lists that are made here. Give one <code>"console": true</code> in the app
        setting <code>CONNECTIONS</code>, where the app is deployed.
      </p>
    );
  return (
    <Select
      label="Connection"
      value={connection}
      options={[{ value: '', name: 'Choose one' }, ...names.map(name => ({ value: name, name }))]}
      faults={faultsAt(own)}
      help="The way there, as the app setting CONNECTIONS names it."
      change={value => set(own, value)}
    />
  );
}

function Directory({ path }: { readonly path: Path }) {
  return (
    <>
      <PeoplePicker
        label="Whose entries?"
        help="Without any: everybody of the organisation. A group stands for its members, those of groups in it too."
        groups={[...path, 'groups']}
      />
      <PeoplePicker
        label="Without"
        help="Who is left out of it."
        groups={[...path, 'exclude', 'groups']}
        mailboxes={[...path, 'exclude', 'mailboxes']}
      />
      <SwitchSetting
        path={[...path, 'organisationContacts']}
        label="The organisation’s mail contacts, too"
        help="Takes the permission OrgContact.Read.All."
      />
      <SwitchSetting path={[...path, 'includeGuests']} label="Guests, too" />
      <SwitchSetting
        path={[...path, 'includeSelf']}
        label="People find themselves in it"
        help="Otherwise nobody has an entry about themselves."
      />
    </>
  );
}

function Database({ path, open }: { readonly path: Path; readonly open: OpenSources }) {
  return (
    <>
      <Connection path={path} kinds={['postgres', 'azureSql']} what="a database" open={open} />
      <DatabaseSource path={path} />
    </>
  );
}

function ExchangeServer({ path, source, open }: Omit<SourceSettingsProps, 'way'>) {
  const isReady = textAt(source, ['mailbox']) !== '' && textAt(source, ['connection']) !== '';
  return (
    <>
      <Connection path={path} kinds={['exchangeServer']} what="an Exchange server" open={open} />
      <Mailbox path={path} open={open} />
      <SwitchSetting
        path={[...path, 'publicFolders']}
        label="Public folders"
        help="Instead of the mailbox’s own; the mailbox is then whose view of them is read."
      />
      {isReady && <FolderPicker source={source} path={[...path, 'folders']} />}
    </>
  );
}
