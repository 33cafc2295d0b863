import { useSignal } from '@preact/signals';

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const outcome = useSignal('');
  return (
    <div class="action">
      <button type="button" onClick={copy}>
        {label}
      </button>
      <p class="outcome" role="status">
        {outcome}
      </p>
    </div>
  );

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = 'Copied.';
    } catch {
      outcome.value = 'The browser does not let this page copy: mark the text below and copy it.';
    }
  }
}
