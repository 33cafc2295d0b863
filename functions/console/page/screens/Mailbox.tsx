import type * as z from 'zod';
import type { addressedMailbox } from '../../../../shared/api/mailboxes.ts';
import { post } from '../api.ts';
import { Action } from '../elements/Action.tsx';
import { Badge } from '../elements/Badge.tsx';
import { Empty, FailureNotice, Loading } from '../elements/Notice.tsx';
import { Problems } from '../elements/Problems.tsx';
import { Screen } from '../elements/Screen.tsx';
import { Time } from '../elements/Time.tsx';
import { Words } from '../elements/Words.tsx';
import { Explain } from '../explain/Explain.tsx';
import { links } from '../links.ts';
import { describePrivate, namedLists, nameOfList } from '../lists.ts';
import { useResource } from '../resource.ts';
import { startRun } from '../startRun.tsx';
import { mailboxStates } from '../stateAdvice.ts';
import { count, countOf } from '../words.ts';

type AddressedMailbox = z.infer<typeof addressedMailbox>;
type Standing = AddressedMailbox['lists'][number];

interface MailboxProps {
  readonly id: string;
  /** Whom the reader misses there. */
  readonly contact: string | undefined;
}

/** One person over all lists. */
export function Mailbox({ id, contact }: MailboxProps) {
  const { value, failure, reload } = useResource<AddressedMailbox>(`mailboxes/${encodeURIComponent(id)}`, {
    again: ({ lists }) => lists.some(({ state }) => state === 'syncing' || state === 'behind' || state === 'leaving'),
  });
  return (
    <Screen title={value?.address ?? id} above={{ name: 'Mailboxes', href: links.findMailbox }}>
      <section class="card">
        <h2>Is a contact missing here?</h2>
        <Explain mailbox={id} asked={contact} receives={value?.lists.map(({ list }) => list)} />
      </section>
      <h2>What arrives here</h2>
      {failure && failure.status !== 404 && <FailureNotice failure={failure} retry={reload} />}
      {!value && !failure && <Loading what="the mailbox" />}
      {(failure?.status === 404 || value?.lists.length === 0) && (
        <Empty title="No list sends anything here.">
          <p>
            Name the mailbox, or a group that it is in, under “Who gets it?” of <a href={links.lists}>a list</a>.
          </p>
        </Empty>
      )}
      {value?.lists.map(standing => (
        <InList key={standing.list} mailbox={value} standing={standing} changed={reload} />
      ))}
      <p class="hint">
        Object id <code>{id}</code>
      </p>
    </Screen>
  );
}

interface InListProps {
  readonly mailbox: AddressedMailbox;
  readonly standing: Standing;
  changed(): void;
}

function InList({ mailbox, standing, changed }: InListProps) {
  const { list, state, contacts, failed, folder, problem, refused, retryAt, syncedAt } = standing;
  const meaning = mailboxStates[state];
  const listed = namedLists.value.find(({ id }) => id === list);
  return (
    <section class="card">
      <h3>
        <a href={links.list(list)}>{nameOfList(list)}</a> <Badge state={state} />
      </h3>
      <p>
        {meaning?.means} {meaning?.next}
      </p>
      <dl class="facts">
        <dt>Folder</dt>
        <dd>{folder ?? 'none yet'}</dd>
        <dt>Contacts</dt>
        <dd>
          {count(contacts)}
          {listed && (
            <>
              {' '}
              of the <a href={links.list(list, 'contacts')}>{countOf(listed.contacts, 'contact', 'contacts')}</a> of the
              list{describePrivate(listed)}
            </>
          )}
          {failed > 0 && `; ${count(failed)} refused`}
        </dd>
        <dt>Last synced</dt>
        <dd>{syncedAt === null ? 'never' : <Time at={syncedAt} />}</dd>
        {retryAt && (
          <>
            <dt>Next try</dt>
            <dd>
              <Time at={retryAt} />
            </dd>
          </>
        )}
      </dl>
      {problem && <Problems list={list} problems={[problem]} />}
      {refused.length > 0 && <Refused refused={refused} />}
      <div class="buttons">
        <Action list={list} label="Resync" run={() => resync()} />
        <Action
          list={list}
          label="Compare the folder"
          confirm={{
            title: 'Compare the whole folder?',
            text: `The folder is read as a whole, and what is not as the list has it is repaired. Contacts that the user deleted stay away.`,
            button: 'Compare the folder',
          }}
          run={() => resync('full')}
        />
        {contacts > 0 && state !== 'leaving' && state !== 'gone' && (
          <Action
            list={list}
            label="Clear"
            tone="danger"
            confirm={{
              title: `Remove ${countOf(contacts, 'contact', 'contacts')} from this mailbox?`,
              text: `What “${nameOfList(list)}” wrote to ${mailbox.address ?? mailbox.id} is removed, and nothing more arrives until a resync names the mailbox. What the user put there stays.`,
              button: `Remove ${countOf(contacts, 'contact', 'contacts')}`,
            }}
            run={async () => {
              await post(`lists/${encodeURIComponent(list)}/mailboxes/${encodeURIComponent(mailbox.id)}/clear`);
              changed();
              return 'It is being cleared.';
            }}
          />
        )}
      </div>
    </section>
  );

  async function resync(mode: 'incremental' | 'full' = 'incremental') {
    const outcome = await startRun(`lists/${encodeURIComponent(list)}/resync`, { mailbox: mailbox.id, mode });
    changed();
    return outcome;
  }
}

function Refused({ refused }: Pick<Standing, 'refused'>) {
  return (
    <details>
      <summary>{countOf(refused.length, 'contact', 'contacts')} refused by Graph</summary>
      <ul class="plain">
        {refused.map(({ contact, code, detail, retryAt }) => (
          <li key={contact}>
            <code>{code}</code> <Words text={detail} /> (key <code>{contact}</code>, tried again <Time at={retryAt} />)
          </li>
        ))}
      </ul>
    </details>
  );
}
