import type { ContactExplanation } from '../../../../shared/api/explain.ts';
import { Action } from '../elements/Action.tsx';
import { Words } from '../elements/Words.tsx';
import { links } from '../links.ts';
import { startRun } from '../startRun.tsx';
import { capitalise } from '../words.ts';
import { nextSteps } from './nextSteps.ts';

interface VerdictProps {
  readonly list: string;
  readonly mailbox: string;
  readonly asked: string;
  readonly explained: ContactExplanation;
}

const marks = {
  true: { sign: '✓', words: 'It is there', tone: 'good' },
  false: { sign: '✗', words: 'It is not there', tone: 'bad' },
};
const unknownMark = { sign: '?', words: 'Nobody can say', tone: 'warn' };

/** Whether a contact is there, why, and what to do about it. */
export function Verdict({ list, mailbox, asked, explained }: VerdictProps) {
  const { present, state, reason, displayName, changedByUser = [] } = explained;
  const mark = present === null ? unknownMark : marks[`${present}`];
  const step = nextSteps[state];
  return (
    <li class={`verdict ${mark.tone}`}>
      <p>
        <span aria-hidden="true" class="sign">
          {mark.sign}
        </span>{' '}
        <strong>{displayName ?? asked}</strong>: {mark.words.toLowerCase()}. <Words text={sentence(reason)} />
      </p>
      {changedByUser.length > 0 && <p class="hint">Changed by the user: {changedByUser.join(', ')}.</p>}
      {step && (
        <p>
          <span class="step">Next step</span> {step.text}{' '}
          {step.to === 'holds' && <a href={links.holds}>Decide the hold</a>}
          {step.to === 'contacts' && <a href={links.list(list, 'contacts', { text: asked })}>Search the list</a>}
          {step.to === 'list' && <a href={links.list(list)}>See the list</a>}
        </p>
      )}
      {step?.resync && (
        <Action
          list={list}
          label={step.resync === 'full' ? 'Compare the folder now' : 'Resync this mailbox now'}
          run={() => startRun(`lists/${encodeURIComponent(list)}/resync`, { mailbox, mode: step.resync })}
        />
      )}
    </li>
  );
}

function sentence(text: string): string {
  return `${capitalise(text)}.`;
}
