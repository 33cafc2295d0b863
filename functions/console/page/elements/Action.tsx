import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Role } from '../../../../shared/api/roles.ts';
import { type ApiFailure, asFailure } from '../api.ts';
import { has } from '../session.ts';
import { FailureNotice } from './Notice.tsx';

interface ActionProps {
  readonly label: string;
  /** What it takes; whoever has less is told instead of offered it. */
  readonly needs?: Role;
  /** The list that it is about; all of them unless given. */
  readonly list?: string;
  /** Asked before it is done: the number and the consequence. Without, it is done at once. */
  readonly confirm?: {
    readonly title: string;
    readonly text: ComponentChildren;
    readonly button: string;
    /** What can be said to it. */
    readonly fields?: ComponentChildren;
  };
  readonly tone?: 'main' | 'danger';
  run(): Promise<ComponentChildren>;
}

/** A button for what changes something; says what came of it where it stands. */
export function Action({ label, needs = 'Operator', list, confirm, tone, run }: ActionProps) {
  const busy = useSignal(false);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const outcome = useSignal<ComponentChildren>(undefined);
  const isAsking = useSignal(false);
  if (!has(needs, list))
    return (
      <p class="hint">
        “{label}” takes the role {needs}.
      </p>
    );
  return (
    <div class="action">
      <button type="button" class={tone ?? ''} disabled={busy} onClick={confirm ? ask : perform}>
        {busy.value ? 'Working…' : confirm ? `${label}…` : label}
      </button>
      {outcome.value && (
        <p class="outcome" role="status">
          {outcome.value}
        </p>
      )}
      {failure.value && !isAsking.value && <FailureNotice failure={failure.value} />}
      {confirm && isAsking.value && (
        <Dialog title={confirm.title} close={stopAsking}>
          <p>{confirm.text}</p>
          {confirm.fields}
          {failure.value && <FailureNotice failure={failure.value} />}
          <div class="buttons">
            <button type="button" onClick={stopAsking}>
              Cancel
            </button>
            <button type="button" class={tone ?? 'main'} disabled={busy} onClick={perform}>
              {confirm.button}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );

  function ask(): void {
    failure.value = undefined;
    isAsking.value = true;
  }

  function stopAsking(): void {
    isAsking.value = false;
  }

  async function perform(): Promise<void> {
    busy.value = true;
    failure.value = undefined;
    try {
      outcome.value = await run();
      isAsking.value = false;
    } catch (error) {
      failure.value = asFailure(error);
    } finally {
      busy.value = false;
    }
  }
}

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  close(): void;
}

/**
 * Holds the focus until it is closed, as the browser's own dialogs do. It begins at its title: a table in it would get
 * the focus otherwise, and be scrolled to past what is asked.
 */
export function Dialog({ title, close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={close}>
      <h2 tabIndex={-1} autofocus>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
