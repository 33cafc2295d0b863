import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Role } from '../../../../shared/api/roles.ts';
import { useAttempt } from '../attempt.ts';
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
  const { busy, failure, attempt } = useAttempt();
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
      <Outcome>{outcome.value}</Outcome>
      {failure.value && !isAsking.value && <FailureNotice failure={failure.value} />}
      {confirm && isAsking.value && (
        <Confirm
          title={confirm.title}
          button={confirm.button}
          tone={tone}
          busy={busy}
          close={stopAsking}
          perform={perform}
        >
          <p>{confirm.text}</p>
          {confirm.fields}
          {failure.value && <FailureNotice failure={failure.value} />}
        </Confirm>
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

  function perform(): Promise<void> {
    return attempt(async () => {
      outcome.value = await run();
      isAsking.value = false;
    });
  }
}

/** What came of it. */
export function Outcome({ children }: { readonly children: ComponentChildren }) {
  if (!children) return null;
  return (
    <p class="outcome" role="status">
      {children}
    </p>
  );
}

interface ConfirmProps extends DialogProps {
  /** What does it, and what does not. */
  readonly button: string;
  readonly cancel?: string;
  readonly tone?: 'main' | 'danger' | undefined;
  readonly busy: Signal<boolean>;
  perform(): void;
}

/** Asks once more before something is done. */
export function Confirm({
  button,
  cancel = 'Cancel',
  tone = 'main',
  busy,
  perform,
  children,
  ...dialog
}: ConfirmProps) {
  return (
    <Dialog {...dialog}>
      {children}
      <div class="buttons">
        <button type="button" onClick={dialog.close}>
          {cancel}
        </button>
        <button type="button" class={tone} disabled={busy} onClick={perform}>
          {button}
        </button>
      </div>
    </Dialog>
  );
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
function Dialog({ title, close, children }: DialogProps) {
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
