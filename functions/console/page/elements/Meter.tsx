import { count } from '../words.ts';

export interface Part {
  readonly tone: 'good' | 'busy' | 'warn' | 'bad' | 'quiet';
  readonly name: string;
  readonly size: number;
}

/** Shares of a whole as a bar; the numbers stand beside it for whoever does not see it. */
export function Meter({ parts }: { readonly parts: readonly Part[] }) {
  const shown = parts.filter(({ size }) => size > 0);
  const total = shown.reduce((sum, { size }) => sum + size, 0);
  let start = 0;
  const words = shown.map(({ name, size }) => `${count(size)} ${name}`).join(', ') || 'none';
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      <rect class="whole" width="100" height="8" />
      {shown.map(({ tone, name, size }) => {
        const x = start;
        const width = (100 * size) / total;
        start += width;
        return <rect key={name} class={tone} x={x} width={width} height="8" />;
      })}
    </svg>
  );
}
