import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ListView } from '../../../../shared/api/lists.ts';
import type { Role } from '../../../../shared/api/roles.ts';
import { sendFile } from '../api.ts';
import { Action } from '../elements/Action.tsx';
import { Badge } from '../elements/Badge.tsx';
import { FileInput } from '../elements/FileInput.tsx';
import { HaltAction, HaltedSince } from '../elements/Halt.tsx';
import { MailboxCounts } from '../elements/MailboxCounts.tsx';
import { FailureNotice, Loading } from '../elements/Notice.tsx';
import { Problems } from '../elements/Problems.tsx';
import { Unpin } from '../elements/RollBack.tsx';
import { Screen } from '../elements/Screen.tsx';
import { Time } from '../elements/Time.tsx';
import { Words } from '../elements/Words.tsx';
import { type ListTab, links } from '../links.ts';
import { describePrivate, lists, type NamedList, namedLists, readLists } from '../lists.ts';
import { useResource } from '../resource.ts';
import { has } from '../session.ts';
import { sourceKinds } from '../sourceKinds.ts';
import { startRun } from '../startRun.tsx';
import { listStates } from '../stateAdvice.ts';
import { count, countOf } from '../words.ts';
import { DayCharts } from './days/DayCharts.tsx';
import { ListConnection } from './list/ListConnection.tsx';
import { ListContacts } from './list/ListContacts.tsx';
import { ListMailboxes } from './list/ListMailboxes.tsx';
import { ListPreview } from './list/ListPreview.tsx';
import { ListProof } from './list/ListProof.tsx';
import { ListSettings } from './list/ListSettings.tsx';

const tabs: readonly { readonly tab: ListTab | undefined; readonly name: string; readonly needs: Role }[] = [
  { tab: undefined, name: 'Status', needs: 'Reader' },
  { tab: 'settings', name: 'Settings', needs: 'Operator' },
  { tab: 'contacts', name: 'Contacts', needs: 'Operator' },
  { tab: 'mailboxes', name: 'Mailboxes', needs: 'Reader' },
  { tab: 'preview', name: 'Preview', needs: 'Operator' },
  { tab: 'proof', name: 'Proof', needs: 'Operator' },
  { tab: 'connection', name: 'Connection test', needs: 'Operator' },
];

type Rollout = NonNullable<NamedList['rollout']>;

interface ListProps {
  readonly id: string;
  readonly tab: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

export function List({ id, tab, query }: ListProps) {
  const list = namedLists.value.find(each => each.id === id);
  const above = { name: 'Lists', href: links.lists };
  if (!list) return <Unknown id={id} tab={tab} />;
  return (
    <Screen title={list.name} above={above}>
      <nav class="tabs" aria-label={list.name}>
        {tabs
          .filter(({ needs }) => has(needs, id))
          .map(each => (
            <a key={each.name} href={links.list(id, each.tab)} aria-current={each.tab === tab ? 'page' : undefined}>
              {each.name}
            </a>
          ))}
      </nav>
      <Tab list={list} tab={tab} query={query} />
    </Screen>
  );
}

/** One that was deleted still has its versions. */
function Unknown({ id, tab }: Pick<ListProps, 'id' | 'tab'>) {
  const { value, failure } = lists.value;
  return (
    <Screen title={id} above={{ name: 'Lists', href: links.lists }}>
      {failure && !value && <FailureNotice failure={failure} />}
      {!value && !failure && <Loading what="the list" />}
      {value && tab === 'settings' && <ListSettings id={id} />}
      {value && tab !== 'settings' && (
        <p>
          There is no such list any more. <a href={links.lists}>See all lists</a>, or{' '}
          <a href={links.list(id, 'settings')}>its versions</a>, of a list that was deleted.
        </p>
      )}
    </Screen>
  );
}

function Tab({ list, tab, query }: Omit<ListProps, 'id'> & { readonly list: NamedList }) {
  switch (tab) {
    case undefined:
      return <ListStatus list={list} />;
    case 'settings':
      return <ListSettings key={list.id} id={list.id} />;
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
  const outcome = useSignal<ComponentChildren>(undefined);
  const everything = lists.value.value?.halted;
  return (
    <>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <Badge state={list.state} /> {listStates[list.state]}{' '}
          {list.haltedAt && !everything && (
            <HaltedSince list={list.id} halt={{ haltedAt: list.haltedAt, haltReason: list.haltReason }} />
          )}
          {list.pinned && (
            <>
              {list.pinned.rollingBack ? 'Being rolled back' : 'Rolled back'} since <Time at={list.pinned.since} />
              {list.pinned.earlierSettings && ', written by the settings of before'}.{' '}
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
          {describePrivate(list)}
        </dd>
        <dt>Mailboxes</dt>
        <dd>
          <MailboxCounts list={list.id} counts={list.mailboxes} />
        </dd>
        {list.choice && (
          <>
            <dt>Who decides</dt>
            <dd>
              <Choices list={list} />
            </dd>
          </>
        )}
        {list.rollout && (
          <>
            <dt>Change on its way</dt>
            <dd>
              <Ring rollout={list.rollout} />
            </dd>
          </>
        )}
        <dt>Change notifications</dt>
        <dd>
          {tellNotifications(list)}
          {list.changeNotifications.expiresAt && (
            <>
              {' '}
              (renewed before <Time at={list.changeNotifications.expiresAt} />)
            </>
          )}
          {list.changeNotifications.problem && (
            <p class="hint">
              <Words text={list.changeNotifications.problem.detail} />
            </p>
          )}
        </dd>
        <dt>Id in settings and API</dt>
        <dd>
          <code>{list.id}</code>
        </dd>
      </dl>
      <Problems list={list.id} problems={list.problems} />
      {list.notes.map(({ code, detail }) => (
        <p key={`${code} ${detail}`} class="notice">
          <Words text={detail} />
        </p>
      ))}
      {list.pinned && <Unpin list={list.id} name={list.name} />}
      {list.state !== 'paused' && list.state !== 'refused' && has('Operator', list.id) && <NewFiles list={list} />}
      {list.state === 'halted' && !everything && (
        <Action
          list={list.id}
          label="Release"
          tone="main"
          confirm={{
            title: 'Let the list go on?',
            text: `Its source is read, and what changed meanwhile of its ${countOf(list.contacts, 'contact', 'contacts')} is written to ${countOf(targetsOf(list), 'mailbox', 'mailboxes')}.`,
            button: 'Release the list',
          }}
          run={() => standOrGo(startRun(`lists/${encodeURIComponent(list.id)}/release`, {}))}
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
          {list.rollout?.state === 'rolling' && (
            <Action
              list={list.id}
              label="Send the change on"
              confirm={{
                title: 'Send the change to the next ring now?',
                text: `It came to ring ${count(list.rollout.ring)} of ${count(list.rollout.of)}, and goes on without waiting to see whether it is good.`,
                button: 'Send it on',
              }}
              run={() => standOrGo(startRun(`lists/${encodeURIComponent(list.id)}/release`, {}))}
            />
          )}
          <HaltAction
            list={list.id}
            title="Stop the list at once?"
            text={`Nothing is read for it and nothing is written to its ${countOf(targetsOf(list), 'mailbox', 'mailboxes')} until somebody releases it. What is there stays.`}
            button="Halt the list"
            run={standOrGo}
          />
        </div>
      )}
      {outcome.value && (
        <p class="outcome" role="status">
          {outcome.value}
        </p>
      )}
      {has('Operator', list.id) && (
        <p class="hint">
          Did it write something wrong? <a href={links.runs}>Look for the run that did</a>, and roll it back there.
        </p>
      )}
      <section>
        <h2>The last 30 days</h2>
        <DayCharts key={list.id} list={list.id} />
      </section>
    </>
  );

  /** Its button is gone once the list is as it was asked to be: what came of it is said here. */
  async function standOrGo(work: Promise<ComponentChildren>) {
    outcome.value = await work;
    await readLists();
    return undefined;
  }
}

/** What users made of a list that is theirs to decide on. */
function Choices({ list: { id, choice } }: { readonly list: NamedList }) {
  const { value } = useResource<ListView>(`lists/${encodeURIComponent(id)}`);
  const { off = 0, on = 0 } = value?.choices ?? {};
  const chosen = `${count(off)} switched it off, ${count(on)} switched it on`;
  return (
    <>
      {choice === 'optOut' ? 'Each user may switch it off' : 'Each user has to switch it on'}, under My contacts
      {value && <>: {has('Operator') ? <a href={links.audit({ list: id })}>{chosen}</a> : chosen}</>}
    </>
  );
}

function Ring({ rollout: { state, ring, of, since, waitUntil, waiting } }: { readonly rollout: Rollout }) {
  return (
    <>
      In ring {count(ring)} of {count(of)} since <Time at={since} />
      {state === 'rolling' && (
        <>
          ; it goes on once all of that ring have it, not before <Time at={waitUntil} />
        </>
      )}
      {waiting > 0 && `; ${countOf(waiting, 'newer change waits', 'newer changes wait')} behind it`}
    </>
  );
}

/** For each source that reads a file: a newer one is sent from here. */
function NewFiles({ list: { id, sources } }: { readonly list: NamedList }) {
  const files = sources.filter(({ kind }) => kind === 'csv');
  return (
    <>
      {files.map(({ name }) => (
        <FileInput
          key={name}
          label={name ? `A newer file for ${name}` : 'A newer file'}
          help="Takes the place of the one that is read, once all of it was read without a fault. At most 50 MB."
          send={async file => {
            const path = `lists/${encodeURIComponent(id)}/sources/${encodeURIComponent(name ?? 'source')}/file`;
            const { runId } = await sendFile<{ runId: string }>('PUT', path, file);
            return (
              <>
                It is taken: <a href={links.run(runId)}>see how it goes</a>.
              </>
            );
          }}
        />
      ))}
    </>
  );
}

const notifications = {
  active: 'Changes arrive within seconds',
  missing: 'Not subscribed yet: the schedule finds changes',
  error: 'They do not arrive: the schedule finds changes',
  off: 'None: the schedule finds changes',
} as const;
const restingStates: readonly NamedList['state'][] = ['paused', 'halted', 'pinned'];

function tellNotifications({ state, changeNotifications }: NamedList): string {
  return restingStates.includes(state)
    ? 'Not acted on until the list goes on'
    : notifications[changeNotifications.state];
}

function targetsOf({ mailboxes: { current, behind, waiting, failed } }: NamedList): number {
  return current + behind + waiting + failed;
}
