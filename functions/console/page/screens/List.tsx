import { post } from '../api.ts';
import { Action } from '../elements/Action.tsx';
import { Badge } from '../elements/Badge.tsx';
import { MailboxCounts } from '../elements/MailboxCounts.tsx';
import { FailureNotice, Loading } from '../elements/Notice.tsx';
import { Problems } from '../elements/Problems.tsx';
import { Screen } from '../elements/Screen.tsx';
import { Time } from '../elements/Time.tsx';
import { type ListTab, links } from '../links.ts';
import { lists, type NamedList, namedLists } from '../lists.ts';
import { sourceKinds } from '../sourceKinds.ts';
import { startRun } from '../startRun.tsx';
import { listStates } from '../stateAdvice.ts';
import { count, countOf } from '../words.ts';
import { ListConnection } from './list/ListConnection.tsx';
import { ListContacts } from './list/ListContacts.tsx';
import { ListMailboxes } from './list/ListMailboxes.tsx';
import { ListPreview } from './list/ListPreview.tsx';
import { ListProof } from './list/ListProof.tsx';

const tabs: readonly { readonly tab: ListTab | undefined; readonly name: string }[] = [
  { tab: undefined, name: 'Status' },
  { tab: 'contacts', name: 'Contacts' },
  { tab: 'mailboxes', name: 'Mailboxes' },
  { tab: 'preview', name: 'Preview' },
  { tab: 'proof', name: 'Proof' },
  { tab: 'connection', name: 'Connection test' },
];

interface ListProps {
  readonly id: string;
  readonly tab: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

export function List({ id, tab, query }: ListProps) {
  const list = namedLists.value.find(each => each.id === id);
  const above = { name: 'Lists', href: links.lists };
  if (!list) return <Unknown id={id} />;
  return (
    <Screen title={list.name} above={above}>
      <nav class="tabs" aria-label={list.name}>
        {tabs.map(each => (
          <a key={each.name} href={links.list(id, each.tab)} aria-current={each.tab === tab ? 'page' : undefined}>
            {each.name}
          </a>
        ))}
      </nav>
      <Tab list={list} tab={tab} query={query} />
    </Screen>
  );
}

function Unknown({ id }: { readonly id: string }) {
  const { value, failure } = lists.value;
  return (
    <Screen title={id} above={{ name: 'Lists', href: links.lists }}>
      {failure && !value && <FailureNotice failure={failure} />}
      {!value && !failure && <Loading what="the list" />}
      {value && (
        <p>
          There is no such list any more. <a href={links.lists}>See all lists</a>.
        </p>
      )}
    </Screen>
  );
}

function Tab({ list, tab, query }: Omit<ListProps, 'id'> & { readonly list: NamedList }) {
  switch (tab) {
    case undefined:
      return <ListStatus list={list} />;
    case 'contacts':
      return <ListContacts key={list.id} list={list} asked={query.text ?? ''} />;
    case 'mailboxes':
      return <ListMailboxes key={`${list.id} ${query.state}`} list={list} state={query.state} />;
    case 'preview':
      return <ListPreview key={list.id} list={list} />;
    case 'proof':
      return <ListProof key={list.id} list={list} run={query.run} />;
    case 'connection':
      return <ListConnection key={list.id} list={list} />;
    default:
      return (
        <p>
          There is nothing here. <a href={links.list(list.id)}>Go to the list</a>.
        </p>
      );
  }
}

function ListStatus({ list }: { readonly list: NamedList }) {
  return (
    <>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <Badge state={list.state} /> {listStates[list.state]}{' '}
          {list.haltedAt && (
            <>
              Halted since <Time at={list.haltedAt} />.{' '}
            </>
          )}
          {list.state === 'held' && <a href={links.holds}>Look at it</a>}
          {list.state === 'error' && <a href={links.list(list.id, 'connection')}>Test the connection</a>}
        </dd>
        <dt>Reads</dt>
        <dd>
          {list.sources.length === 0
            ? 'nothing'
            : list.sources
                .map(({ name, kind }) => (name ? `${sourceKinds[kind]} (${name})` : sourceKinds[kind]))
                .join(', ')}
        </dd>
        <dt>Source last read</dt>
        <dd>{list.capturedAt === null ? 'never: the next run will' : <Time at={list.capturedAt} />}</dd>
        <dt>Contacts</dt>
        <dd>
          <a href={links.list(list.id, 'contacts')}>{count(list.contacts)}</a>
          {list.private !== undefined && `, of which ${countOf(list.private, 'is', 'are')} private, and for nobody`}
        </dd>
        <dt>Mailboxes</dt>
        <dd>
          <MailboxCounts list={list.id} counts={list.mailboxes} />
        </dd>
        <dt>Change notifications</dt>
        <dd>
          {notifications[list.changeNotifications.state]}
          {list.changeNotifications.expiresAt && (
            <>
              {' '}
              (renewed before <Time at={list.changeNotifications.expiresAt} />)
            </>
          )}
          {list.changeNotifications.problem && <p class="hint">{list.changeNotifications.problem.detail}</p>}
        </dd>
        <dt>Id in settings and API</dt>
        <dd>
          <code>{list.id}</code>
        </dd>
      </dl>
      <Problems list={list.id} problems={list.problems} />
      {list.notes.map(({ code, detail }) => (
        <p key={`${code} ${detail}`} class="notice">
          {detail}
        </p>
      ))}
      {list.state === 'halted' && (
        <Action
          list={list.id}
          label="Release"
          tone="main"
          confirm={{
            title: 'Let the list go on?',
            text: 'Its source is read, and what changed meanwhile is written to its mailboxes.',
            button: 'Release the list',
          }}
          run={() => startRun(`lists/${encodeURIComponent(list.id)}/release`, {})}
        />
      )}
      {list.state !== 'paused' && list.state !== 'refused' && list.state !== 'halted' && (
        <div class="buttons">
          <Action
            list={list.id}
            label="Sync now"
            run={() => startRun(`lists/${encodeURIComponent(list.id)}/resync`, {})}
          />
          <Action
            list={list.id}
            label="Compare every folder"
            confirm={{
              title: 'Compare every folder?',
              text: `The folder of each of ${countOf(targetsOf(list), 'mailbox', 'mailboxes')} is read as a whole, and what is not as the list has it is repaired. Contacts that users deleted stay away.`,
              button: `Compare ${countOf(targetsOf(list), 'folder', 'folders')}`,
            }}
            run={() => startRun(`lists/${encodeURIComponent(list.id)}/resync`, { mode: 'full' })}
          />
          <Action
            list={list.id}
            label="Halt"
            tone="danger"
            confirm={{
              title: 'Stop the list at once?',
              text: `Nothing is read for it and nothing is written to its ${countOf(targetsOf(list), 'mailbox', 'mailboxes')} until somebody releases it. What is there stays.`,
              button: 'Halt the list',
            }}
            run={() => halt(list.id)}
          />
        </div>
      )}
    </>
  );
}

async function halt(id: string) {
  await post(`lists/${encodeURIComponent(id)}/halt`);
  return 'It stands still.';
}

const notifications = {
  active: 'Changes arrive within seconds',
  missing: 'Not subscribed yet: the schedule finds changes',
  error: 'They do not arrive: the schedule finds changes',
  off: 'None: the schedule finds changes',
} as const;

function targetsOf({ mailboxes: { current, behind, waiting, failed } }: NamedList): number {
  return current + behind + waiting + failed;
}
