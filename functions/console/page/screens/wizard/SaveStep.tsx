import { useId } from 'preact/hooks';
import type { DefinitionView } from '../../../../../shared/api/definition.ts';
import { change, post } from '../../api.ts';
import { useAttempt } from '../../attempt.ts';
import { differencesOf } from '../../draft/differences.ts';
import { forget, giveReason, note } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import { faultOf } from '../../draft/faults.ts';
import { useMissing } from '../../draft/useMissing.ts';
import { Differences } from '../../elements/Differences.tsx';
import { FailureNotice } from '../../elements/Notice.tsx';
import { links } from '../../links.ts';
import { readLists } from '../../lists.ts';
import { go } from '../../location.ts';
import { Conflict } from './Conflict.tsx';
import { Faults } from './Faults.tsx';
import { TryMailbox } from './TryMailbox.tsx';
import { WhatIsMissing } from './WhatIsMissing.tsx';

/** What it would do, first of all; then it is stored. */
export function SaveStep() {
  const { list, entry, draft, text } = useEditing();
  const { busy, failure, attempt } = useAttempt();
  const id = useId();
  const listId = text(['id']);
  const missing = useMissing(list);
  return (
    <>
      <WhatIsMissing before="Before it can be saved:" missing={missing} />
      {draft.version !== undefined && (
        <section>
          <h2>What you changed</h2>
          <Differences
            caption={`What you changed of version ${draft.version}`}
            differences={differencesOf(draft.before, entry)}
            before={`Version ${draft.version}`}
            after="Yours"
          />
        </section>
      )}
      <section>
        <h2>What would it do?</h2>
        <TryMailbox />
      </section>
      <section>
        <h2>Save</h2>
        <div class="setting">
          <label htmlFor={id}>Why?</label>
          <input
            id={id}
            value={draft.reason}
            maxLength={500}
            autocomplete="off"
            placeholder="New partners of the spring"
            aria-describedby={`${id}-help`}
            onInput={event => giveReason(list, event.currentTarget.value)}
          />
          <p id={`${id}-help`} class="hint">
            For whoever looks at the versions of the list later.
          </p>
        </div>
        {failure.value && ![412, 422].includes(failure.value.status) && <FailureNotice failure={failure.value} />}
        {failure.value?.status === 412 && <Conflict done={tryAgain} />}
        <Faults before="Nothing was stored:" />
        <div class="buttons">
          <button type="button" class="main" disabled={busy.value || missing.length > 0} onClick={() => save(true)}>
            {busy.value ? 'Saving…' : 'Save and sync now'}
          </button>
          <button type="button" disabled={busy.value || missing.length > 0} onClick={() => save(false)}>
            Save
          </button>
        </div>
        <p class="hint">“Save” alone waits for the next scheduled run.</p>
      </section>
    </>
  );

  function tryAgain(): void {
    failure.value = undefined;
  }

  async function save(isRun: boolean): Promise<void> {
    await attempt(async () => {
      const path = `lists/${encodeURIComponent(listId || 'without-an-id')}`;
      const body = { definition: entry, reason: draft.reason };
      await change<DefinitionView>('PUT', `${path}/definition`, body, draft.version);
      const run = isRun ? await startRun(path) : undefined;
      await readLists();
      go(run === undefined ? links.list(listId) : links.run(run));
      forget(list);
    });
    if (failure.value?.status === 422) note(list, failure.value.faults.map(faultOf));
  }
}

/** It is stored whatever becomes of the run: the list's own page shows how it stands. */
async function startRun(path: string): Promise<string | undefined> {
  try {
    return (await post<{ runId: string }>(`${path}/resync`)).runId;
  } catch {
    return undefined;
  }
}
