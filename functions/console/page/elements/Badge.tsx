import { inWords } from '../words.ts';

type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet';

const tones: Readonly<Record<string, Tone>> = {
  ok: 'good',
  current: 'good',
  present: 'good',
  finished: 'good',
  syncing: 'busy',
  behind: 'busy',
  running: 'busy',
  leaving: 'busy',
  waiting: 'warn',
  held: 'warn',
  halted: 'warn',
  pinned: 'warn',
  there: 'bad',
  removed: 'good',
  neverThere: 'good',
  inDeletedItems: 'warn',
  unknown: 'warn',
  failed: 'bad',
  error: 'bad',
  refused: 'bad',
};

/** The state of something, in the API's word for it; the colour only repeats it. */
export function Badge({
  state,
  words = state === 'ok' ? 'OK' : inWords(state),
}: {
  readonly state: string;
  readonly words?: string;
}) {
  return <span class={`badge ${tones[state] ?? 'quiet'}`}>{words}</span>;
}
