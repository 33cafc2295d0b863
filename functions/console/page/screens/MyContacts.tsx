import { useSignal } from '@preact/signals';
import type * as z from 'zod';
import type { OwnListView, ownListsView } from '../../../../shared/api/me.ts';
import { type ApiFailure, post } from '../api.ts';
import { useAttempt } from '../attempt.ts';
import { Confirm } from '../elements/Action.tsx';
import { Badge } from '../elements/Badge.tsx';
import { Screen } from '../elements/Screen.tsx';
import { Time } from '../elements/Time.tsx';
import { type Resource, useResource } from '../resource.ts';
import { chooseTexts } from '../texts/chooseTexts.ts';
import { count } from '../words.ts';

type OwnLists = z.infer<typeof ownListsView>;

export const myTexts = chooseTexts(navigator.languages);

/** What somebody gets themselves, in their language; no role is needed. */
export function MyContacts() {
  const reading = useResource<OwnLists>('me', { again: ({ lists }) => lists.some(isMoving) });
  const { value, failure, isOld, reload } = reading;
  return (
    <div lang={myTexts.language}>
      <Screen title={myTexts.title} intro={myTexts.intro}>
        {failure && <Failure failure={failure} />}
        {!value && !failure && (
          <p class="loading" role="status">
            {myTexts.loading}
          </p>
        )}
        {value?.lists.length === 0 && (
          <div class="empty">
            <p class="empty-title">{myTexts.none}</p>
            <p>{myTexts.noneHint}</p>
          </div>
        )}
        {value?.lists.map(list => (
          <OwnListCard key={list.id} list={list} reading={reading} />
        ))}
        {value && (
          <button type="button" disabled={isOld} onClick={reload}>
            {isOld ? myTexts.working : myTexts.check}
          </button>
        )}
      </Screen>
    </div>
  );
}

function isMoving({ on, state }: OwnListView): boolean {
  return state === 'behind' || state === 'syncing' || state === 'leaving' || (on && state === null);
}

interface OwnListCardProps {
  readonly list: OwnListView;
  readonly reading: Resource<OwnLists>;
}

function OwnListCard({ list, reading }: OwnListCardProps) {
  const { id, name, choice, on, state, folder, contacts, whenTargetLeaves, syncedAt } = list;
  const { busy, failure, attempt } = useAttempt();
  const isDecided = useSignal(false);
  const asked = useSignal<keyof typeof questions | undefined>(undefined);
  const stopAsking = () => {
    asked.value = undefined;
  };
  const question = asked.value && questions[asked.value];
  // What removes the contacts says so: to switch the list off would do the same under a tamer name.
  const offRemoves = on && contacts > 0 && whenTargetLeaves === 'cleanUp';
  return (
    <section class="card">
      <h2>
        {name} <StateOfList list={list} />
      </h2>
      <dl class="facts">
        <dt>{myTexts.folder}</dt>
        <dd>{folder ?? myTexts.noFolder}</dd>
        <dt>{myTexts.contacts}</dt>
        <dd>{count(contacts)}</dd>
        <dt>{myTexts.updated}</dt>
        <dd>{syncedAt === null ? myTexts.never : <Time at={syncedAt} today={myTexts.today} />}</dd>
      </dl>
      <p class="hint">{choice === 'none' ? myTexts.theirs : myTexts.yours}</p>
      {choice !== 'none' && (
        <div class="buttons">
          {!offRemoves && (
            <button type="button" disabled={busy} onClick={on && contacts > 0 ? () => ask('off') : choose}>
              {busy.value ? myTexts.working : on ? myTexts.switchOff : myTexts.switchOn}
              {on && contacts > 0 && '…'}
            </button>
          )}
          {contacts > 0 && state !== 'leaving' && (
            <button type="button" class="danger" disabled={busy} onClick={() => ask('clear')}>
              {myTexts.clear}…
            </button>
          )}
        </div>
      )}
      {isDecided.value && <p role="status">{myTexts.decided}</p>}
      {failure.value && <Failure failure={failure.value} />}
      {question && (
        <Confirm
          title={question.title(contacts)}
          button={question.button(contacts)}
          tone={question.tone}
          cancel={myTexts.cancel}
          busy={busy}
          close={stopAsking}
          perform={asked.value === 'off' ? choose : clear}
        >
          <p>{question.text(contacts)}</p>
        </Confirm>
      )}
    </section>
  );

  function ask(what: keyof typeof questions): void {
    asked.value = what;
  }

  function choose(): Promise<void> {
    return send('me/choices', { list: id, choice: on ? 'off' : 'on' });
  }

  function clear(): Promise<void> {
    return send('me/clear', { list: id });
  }

  async function send(path: string, body: object): Promise<void> {
    await attempt(async () => {
      await post<OwnLists>(path, body);
      isDecided.value = true;
      reading.reload();
    });
    stopAsking();
  }
}

/** Asked before it is done, with the number and what becomes of them. */
const questions = {
  off: {
    title: () => myTexts.offTitle,
    text: myTexts.offText,
    button: () => myTexts.switchOff,
    tone: 'main' as const,
  },
  clear: {
    title: myTexts.clearTitle,
    text: () => myTexts.clearText,
    button: myTexts.clearButton,
    tone: 'danger' as const,
  },
};

function StateOfList({ list: { on, state } }: { readonly list: OwnListView }) {
  if (state === null)
    return on ? (
      <Badge state="behind" words={myTexts.states.notYet} />
    ) : (
      <Badge state="off" words={myTexts.states.off} />
    );
  return <Badge state={state} words={myTexts.states[state]} />;
}

function Failure({ failure: { status } }: { readonly failure: ApiFailure }) {
  return (
    <p class="notice bad" role="alert">
      {status === 0 ? myTexts.noAnswer : myTexts.failed}
    </p>
  );
}
