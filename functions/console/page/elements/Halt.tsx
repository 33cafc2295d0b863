import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type * as z from 'zod';
import type { auditPage } from '../../../../shared/api/audit.ts';
import type { HaltView } from '../../../../shared/api/halt.ts';
import { longestReason } from '../../../../shared/domain/halt.ts';
import { post } from '../api.ts';
import { allLists, lists, readLists } from '../lists.ts';
import { useResource } from '../resource.ts';
import { has } from '../session.ts';
import { startRun } from '../startRun.tsx';
import { countOf } from '../words.ts';
import { Action } from './Action.tsx';
import { By } from './By.tsx';
import { Time } from './Time.tsx';

interface HaltActionProps {
  /** All of them unless given. */
  readonly list?: string;
  readonly title: string;
  readonly text: string;
  readonly button: string;
  run(work: Promise<ComponentChildren>): Promise<ComponentChildren>;
}

/** Stops a list, or all, at once; who finds it halted is told why. */
export function HaltAction({ list, title, text, button, run }: HaltActionProps) {
  const reason = useSignal('');
  return (
    <Action
      {...(list === undefined ? {} : { list })}
      label={list === undefined ? 'Halt all lists' : 'Halt'}
      tone="danger"
      confirm={{ title, text, button, fields: <Reason reason={reason} /> }}
      run={() => run(halt(list, reason.value))}
    />
  );
}

function Reason({ reason }: { readonly reason: Signal<string> }) {
  const id = useId();
  return (
    <div class="setting">
      <label htmlFor={id}>Why? (may stay empty)</label>
      <input
        id={id}
        type="text"
        maxLength={longestReason}
        autocomplete="off"
        aria-describedby={`${id}-help`}
        value={reason}
        onInput={event => {
          reason.value = event.currentTarget.value;
        }}
      />
      <p id={`${id}-help`} class="hint">
        For whoever finds it halted: shown here, in notices and in the audit. Name nobody in it.
      </p>
    </div>
  );
}

async function halt(list: string | undefined, text: string) {
  const reason = text.trim();
  const path = list === undefined ? 'halt' : `lists/${encodeURIComponent(list)}/halt`;
  await post(path, reason === '' ? {} : { reason });
  return 'It stands still.';
}

/** Since when something stands still, by whom and why. */
export function HaltedSince({ list, halt: { haltedAt, haltReason } }: { list?: string; halt: HaltView }) {
  return (
    <>
      Halted since <Time at={haltedAt} />
      <Halter list={list} haltedAt={haltedAt} />
      {haltReason ? `: “${haltReason}”. ` : '. '}
    </>
  );
}

/** Whoever may read decisions is told who halted it: the one noted just before. */
function Halter({ list, haltedAt }: { readonly list: string | undefined; readonly haltedAt: string }) {
  const question = new URLSearchParams(list === undefined ? { action: 'halt' } : { list, action: 'haltList' });
  const { value } = useResource<z.infer<typeof auditPage>>(has('Operator') ? `audit?${question}` : undefined);
  const decision = value?.decisions.find(({ result }) => result === 'done');
  // One that the rings halted by themselves has an older decision or none.
  if (!decision || Date.parse(haltedAt) - Date.parse(decision.at) > longestDecision) return null;
  return (
    <>
      {' '}
      by <By by={decision.by} />
    </>
  );
}

/** Milliseconds between a decision's being noted and carried out. */
const longestDecision = 60_000;

/** Stops everything. */
export function HaltEverything() {
  const { value } = lists.value;
  if (!value || value.halted || value.lists.length === 0 || !has('Operator')) return null;
  return (
    <HaltAction
      title="Stop all lists at once?"
      text={`Nothing is read and nothing is written for any of ${countOf(allLists.value.length, 'list', 'lists')}, nor for lists that are made later, until somebody releases them. What is in the mailboxes stays.`}
      button="Halt all lists"
      run={thenLook}
    />
  );
}

/** Above every screen, while all lists stand still. */
export function EverythingHalted() {
  const outcome = useSignal<ComponentChildren>(undefined);
  const halted = lists.value.value?.halted;
  if (!halted) {
    return outcome.value ? (
      <p class="outcome" role="status">
        {outcome.value}
      </p>
    ) : null;
  }
  return (
    <div class="notice warn" role="status">
      <p>
        <strong>All lists stand still.</strong> <HaltedSince halt={halted} />
        Nothing is read or written until somebody releases them.
      </p>
      <Action
        label="Release all lists"
        tone="main"
        confirm={{
          title: 'Let all lists go on?',
          text: 'Their sources are read, and what changed meanwhile is written to their mailboxes. Lists that were halted one by one stay halted.',
          button: 'Release all lists',
        }}
        run={async () => {
          outcome.value = await thenLook(startRun('release', {}));
          return undefined;
        }}
      />
    </div>
  );
}

/** Its button is gone once it is as it was asked to be. */
async function thenLook(work: Promise<ComponentChildren>): Promise<ComponentChildren> {
  const outcome = await work;
  await readLists();
  return outcome;
}
