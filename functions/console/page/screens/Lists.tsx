import type { ListView } from '../../../../shared/api/lists.ts';
import { draftOf, forget, isChanged, newList } from '../draft/drafts.ts';
import { textAt } from '../draft/entry.ts';
import { Action } from '../elements/Action.tsx';
import { Badge } from '../elements/Badge.tsx';
import { HaltEverything } from '../elements/Halt.tsx';
import { MailboxCounts } from '../elements/MailboxCounts.tsx';
import { FailureNotice, Loading } from '../elements/Notice.tsx';
import { Screen } from '../elements/Screen.tsx';
import { type Column, CsvButton, Table } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { Words } from '../elements/Words.tsx';
import { links } from '../links.ts';
import { allLists, lists } from '../lists.ts';
import { go } from '../location.ts';
import { has } from '../session.ts';
import { sourceKinds } from '../sourceKinds.ts';
import { count } from '../words.ts';
import { NoLists } from './Overview.tsx';

export function Lists() {
  const { value, failure } = lists.value;
  return (
    <Screen title="Lists">
      <NewList />
      {failure && !value && <FailureNotice failure={failure} />}
      {!value && !failure && <Loading what="lists" />}
      {value && allLists.value.length === 0 && <NoLists />}
      {allLists.value.length > 0 && (
        <>
          <Table caption="Lists" columns={columns} rows={allLists.value} keyOf={({ id, name }) => id ?? name} />
          <div class="buttons">
            <CsvButton name="lists" columns={columns} readAll={async () => allLists.value} />
            <HaltEverything />
          </div>
        </>
      )}
      {value?.notes.map(({ code, detail }) => (
        <p key={code} class="notice">
          <Words text={detail} />
        </p>
      ))}
    </Screen>
  );
}

/** For whoever may make one; a new one that was begun can be gone on with. */
function NewList() {
  if (!has('Admin')) return null;
  const draft = draftOf(newList);
  if (!draft || !isChanged(draft))
    return (
      <p>
        <a class="button main" href={links.edit(newList)}>
          New list
        </a>
      </p>
    );
  const name = textAt(draft.entry, ['name']);
  return (
    <div class="buttons">
      <a class="button main" href={links.edit(newList)}>
        Go on with {name ? `“${name}”, which you began` : 'the list that you began'}
      </a>
      <Action
        label="New list"
        needs="Admin"
        confirm={{
          title: 'Begin another list?',
          text: `${name ? `“${name}”, which you began and did not save,` : 'The list that you began and did not save'} is thrown away for it.`,
          button: 'Throw it away, and begin',
        }}
        run={async () => {
          forget(newList);
          go(links.edit(newList));
          return undefined;
        }}
      />
    </div>
  );
}

const columns: readonly Column<ListView>[] = [
  {
    title: 'List',
    show: ({ id, name }) => (id === null ? name : <a href={links.list(id)}>{name}</a>),
    text: ({ id, name }) => id ?? name,
  },
  { title: 'State', show: ({ state }) => <Badge state={state} />, text: ({ state }) => state },
  {
    title: 'Reads',
    show: ({ sources }) => sources.map(({ kind }) => sourceKinds[kind]).join(', '),
    text: ({ sources }) => sources.map(({ kind }) => kind).join(' '),
  },
  {
    title: 'Contacts',
    show: ({ id, contacts }) =>
      id === null ? count(contacts) : <a href={links.list(id, 'contacts')}>{count(contacts)}</a>,
    text: ({ contacts }) => String(contacts),
    isNumber: true,
  },
  {
    title: 'Mailboxes',
    show: ({ id, mailboxes }) => (id === null ? '' : <MailboxCounts list={id} counts={mailboxes} />),
    text: ({ mailboxes }) => `${mailboxes.current} current, ${mailboxes.behind} behind, ${mailboxes.failed} failed`,
  },
  {
    title: 'Source last read',
    show: ({ capturedAt }) => (capturedAt === null ? 'never' : <Time at={capturedAt} />),
    text: ({ capturedAt }) => capturedAt ?? '',
  },
];
