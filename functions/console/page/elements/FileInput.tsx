import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { ApiFailure } from '../api.ts';
import { useAttempt } from '../attempt.ts';
import { FailureNotice } from './Notice.tsx';

/** As the app takes them: a larger one is not even sent. */
const mostMegabytes = 50;

interface FileInputProps {
  readonly label: string;
  readonly help: string;
  /** Resolves with what to say then. */
  send(file: File): Promise<ComponentChildren>;
}

/** A CSV file from the reader's computer. */
export function FileInput({ label, help, send }: FileInputProps) {
  const outcome = useSignal<ComponentChildren>('');
  const id = useId();
  const { busy, failure, attempt } = useAttempt();
  return (
    <div class="setting">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="file"
        accept=".csv,.txt,text/csv"
        disabled={busy}
        aria-describedby={`${id}-help`}
        onChange={event => take(event.currentTarget)}
      />
      <p id={`${id}-help`} class="hint">
        {help}
      </p>
      <p role="status">{busy.value ? 'Sending the file…' : outcome.value}</p>
      {failure.value && <FailureNotice failure={failure.value} />}
    </div>
  );

  async function take(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    if (!file) return;
    outcome.value = '';
    await attempt(async () => {
      refuseUnfit(file);
      outcome.value = await send(file);
    });
    // The same file, once it was corrected, can be chosen again.
    input.value = '';
  }
}

function refuseUnfit({ name, size }: File): void {
  if (size > mostMegabytes * 1024 * 1024) {
    const detail = `It has ${Math.ceil(size / 1024 / 1024)} MB, and at most ${mostMegabytes} are taken. Divide it, or leave out columns that contacts do not have. Nothing was sent.`;
    throw new ApiFailure(0, `“${name}” is too large`, detail);
  }
  if (size === 0) throw new ApiFailure(0, `“${name}” is empty`, 'Choose another file. Nothing was sent.');
}
