import type { ListView } from '../../../../shared/api/lists.ts';
import { links } from '../links.ts';
import { count } from '../words.ts';
import { Meter, type Part } from './Meter.tsx';

type Counts = ListView['mailboxes'];

const tones: Readonly<Record<keyof Counts, Part['tone']>> = {
  current: 'good',
  behind: 'busy',
  leaving: 'busy',
  waiting: 'warn',
  failed: 'bad',
  skipped: 'quiet',
  gone: 'quiet',
};

/** How a list's mailboxes stand, each number with those that it counts behind it. */
export function MailboxCounts({ list, counts }: { readonly list: string; readonly counts: Counts }) {
  const parts = partsOf(counts);
  if (parts.length === 0) return <a href={links.list(list, 'mailboxes')}>none yet</a>;
  return (
    <div class="counts">
      <Meter parts={parts} />
      <span>
        {parts.map(({ name, size }, index) => (
          <span key={name}>
            {index > 0 && ' · '}
            <a href={links.list(list, 'mailboxes', { state: name })}>
              {count(size)} {name}
            </a>
          </span>
        ))}
      </span>
    </div>
  );
}

function partsOf(counts: Counts): Part[] {
  return (Object.keys(tones) as (keyof Counts)[])
    .map(name => ({ tone: tones[name], name, size: counts[name] }))
    .filter(({ size }) => size > 0);
}
