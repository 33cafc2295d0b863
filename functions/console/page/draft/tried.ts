import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type ApiFailure, asFailure, post, signInExpired } from '../api.ts';
import { note } from './drafts.ts';
import { useEditing } from './editing.ts';
import type { Entry } from './entry.ts';
import { faultOf } from './faults.ts';

export interface Tried<Answer> {
  readonly answer: Answer | undefined;
  readonly failure: ApiFailure | undefined;
  readonly busy: boolean;
  /** Asks for something of a list that is not stored. What the app has against it is noted beside the settings. */
  ask(question: Question): Promise<void>;
}

interface Question {
  readonly definition: Entry;
  readonly show: string;
  readonly mailbox?: string;
  readonly source?: string;
}

/**
 * Of several questions the last counts: what the app says of settings that are others by now is dropped. One that was not
 * answered since a sign-in had ended is asked again after the next.
 */
export function useTried<Answer>(): Tried<Answer> {
  const { list } = useEditing();
  const answer = useSignal<Answer | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const busy = useSignal(false);
  const latest = useRef(new AbortController());
  const unanswered = useRef<Question | undefined>(undefined);
  useEffect(() => () => latest.current.abort(), []);
  useEffect(() => {
    if (!signInExpired.value && unanswered.current) ask(unanswered.current);
  }, [signInExpired.value]);
  return { answer: answer.value, failure: failure.value, busy: busy.value, ask };

  async function ask(question: Question): Promise<void> {
    unanswered.current = undefined;
    latest.current.abort();
    const own = new AbortController();
    latest.current = own;
    busy.value = true;
    failure.value = undefined;
    try {
      answer.value = await post<Answer>('lists/try', question, own.signal);
      note(list, []);
    } catch (error) {
      if (own.signal.aborted) return;
      const found = asFailure(error);
      failure.value = found;
      answer.value = undefined;
      if (found.status === 401) unanswered.current = question;
      if (found.status === 422) note(list, found.faults.map(faultOf));
    } finally {
      if (latest.current === own) busy.value = false;
    }
  }
}
