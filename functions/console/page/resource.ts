import { type Signal, signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiFailure, asFailure, get, signInExpired } from './api.ts';
import { nextPause } from './backOff.ts';

/** What was read of the app; the last answer stays while a newer one cannot be had. */
export interface Reading<Value> {
  readonly value?: Value;
  readonly failure?: ApiFailure;
  /** Somebody asked for a newer answer, which is not there yet. */
  readonly isOld?: boolean;
}

export interface Resource<Value> extends Reading<Value> {
  reload(): void;
}

export interface Follow<Value> {
  /** Whether it is looked at again by itself, sooner while it moves. */
  readonly again?: (value: Value) => boolean;
  /** Between two looks, in milliseconds. */
  readonly longestPause?: number | undefined;
}

/** Reads a path for as long as the component is there. Nothing is read without one. */
export function useResource<Value>(path: string | undefined, options: Follow<Value> = {}): Resource<Value> {
  const reading = useSignal<Reading<Value>>({});
  const asked = useSignal(0);
  const shown = useSignal(path);
  useEffect(() => {
    if (path !== shown.value) reading.value = {};
    shown.value = path;
    return path === undefined ? undefined : follow(path, reading, options);
  }, [path, asked.value]);
  return { ...reading.value, reload };

  function reload(): void {
    reading.value = { ...reading.value, isOld: true };
    asked.value += 1;
  }
}

/** Reads the path now and again into the signal, until the function that it returns is called. */
export function follow<Value>(
  path: string,
  reading: Signal<Reading<Value>>,
  { again = () => false, longestPause }: Follow<Value> = {},
): () => void {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause: number | undefined;
  let seen = '';
  look();
  return () => {
    ended.abort();
    clearTimeout(timer);
  };

  async function look(): Promise<void> {
    try {
      const value = await get<Value>(path, ended.signal);
      const text = JSON.stringify(value);
      pause = nextPause(pause, text !== seen, longestPause);
      // What is the same is not drawn again.
      if (text !== seen || reading.value.failure) reading.value = { value };
      seen = text;
      if (again(value)) later();
    } catch (error) {
      if (ended.signal.aborted) return;
      const failure = asFailure(error);
      pause = nextPause(pause, false, longestPause);
      const { isOld: _, ...shown } = reading.value;
      reading.value = { ...shown, failure };
      if (isPassing(failure)) later();
    }
  }

  function later(): void {
    timer = setTimeout(() => (document.hidden || signInExpired.value ? later() : look()), pause);
  }
}

/** No answer, an app that starts, or a sign-in that ended: worth another look. */
function isPassing({ status }: ApiFailure): boolean {
  return status === 0 || status === 401 || status >= 500;
}

/** A reading that outlives the screens. */
export function sharedReading<Value>(): Signal<Reading<Value>> {
  return signal<Reading<Value>>({});
}
