import type { ListView } from '../../../../shared/api/lists.ts';
import { post } from '../api.ts';
import { Action } from '../elements/Action.tsx';
import { Empty, FailureNotice, Loading } from '../elements/Notice.tsx';
import { Screen } from '../elements/Screen.tsx';
import { Time } from '../elements/Time.tsx';
import { links } from '../links.ts';
import { lists, type NamedList, openHolds } from '../lists.ts';
import { go } from '../location.ts';
import { adviceFor } from '../problemAdvice.ts';
import { count, countOf } from '../words.ts';
import { HeldContacts } from './holds/HeldContacts.tsx';
import { HeldMailboxes } from './holds/HeldMailboxes.tsx';

type Hold = ListView['holds'][number];

/** What waits for a decision: who would go, and what either decision does. */
export function Holds() {
  const { value, failure } = lists.value;
  return (
    <Screen
      title="Holds"
      intro="More would be removed at once than a list allows. Additions and changes go on; removals wait for you."
    >
      {failure && !value && <FailureNotice failure={failure} />}
      {!value && !failure && <Loading what="holds" />}
      {value && openHolds.value.length === 0 && (
        <Empty title="Nothing waits for a decision.">
          <p>
            A list is held when many contacts disappear from its source at once, or many mailboxes leave it. The limits
            are in its settings, under Policies.
          </p>
        </Empty>
      )}
      {openHolds.value.map(({ list, hold }) => (
        <HoldCard key={`${list.id} ${hold.kind}`} list={list} hold={hold} />
      ))}
    </Screen>
  );
}

function HoldCard({ list, hold }: { readonly list: NamedList; readonly hold: Hold }) {
  const words = wordsFor(hold, list);
  return (
    <section class="card">
      <h2>
        <a href={links.list(list.id)}>{list.name}</a>: {words.what}
      </h2>
      <p>
        {adviceFor(hold.reason).title}, since <Time at={hold.since} />: {count(hold.removals)} of {count(hold.of)}.
        {hold.groups && ` Groups that read as empty, or lost most of their members: ${hold.groups.join(', ')}.`}
      </p>
      <p>
        <span class="step">Next step</span> Ask whoever keeps the list whether that was meant. If not, put it right at
        the source: the hold ends by itself.
      </p>
      <div class="buttons">
        <Action
          list={list.id}
          label={words.approve}
          tone="danger"
          confirm={{ title: `${words.approve}?`, text: words.approved, button: words.approve }}
          run={() => decide('approve')}
        />
        <Action
          list={list.id}
          label={words.reject}
          confirm={{ title: `${words.reject}?`, text: words.rejected, button: words.reject }}
          run={() => decide('reject')}
        />
      </div>
      {hold.kind === 'contacts' ? <HeldContacts list={list.id} /> : <HeldMailboxes list={list.id} />}
    </section>
  );

  async function decide(decision: 'approve' | 'reject') {
    const body = { kind: hold.kind, decision, removals: hold.removals };
    const { runId } = await post<{ runId: string }>(`lists/${encodeURIComponent(list.id)}/hold`, body);
    // The hold is gone from here: what comes of the decision is seen at its run.
    go(links.run(runId));
    return undefined;
  }
}

/** Each decision with its number and its consequence. */
function wordsFor({ kind, removals }: Hold, { mailboxes }: NamedList) {
  if (kind === 'contacts') {
    const contacts = countOf(removals, 'contact', 'contacts');
    const from = countOf(receivers(mailboxes), 'mailbox', 'mailboxes');
    return {
      what: `${contacts} would be removed`,
      approve: `Remove ${contacts} from ${from}`,
      approved: `${contacts} that the source has no more are removed from ${from}. That cannot be taken back here: who comes back at the source is made anew.`,
      reject: `Keep ${contacts}`,
      rejected: `${contacts} stay in ${from} although the source does not have them, until the source has them again or somebody approves their removal after all.`,
    };
  }
  const leaving = countOf(removals, 'mailbox', 'mailboxes');
  return {
    what: `${leaving} would leave`,
    approve: `Let ${leaving} leave`,
    approved: `${leaving} leave the list, and what it wrote there is removed or left by the list's policy.`,
    reject: `Keep ${leaving}`,
    rejected: `${leaving} go on getting the list, although the targets do not name them any more.`,
  };
}

function receivers({ current, behind, waiting, failed }: NamedList['mailboxes']): number {
  return current + behind + waiting + failed;
}
