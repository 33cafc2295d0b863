import type { ComponentChildren } from 'preact';
import { type ApiFailure, signInExpired } from '../api.ts';
import { plainly } from '../plainly.ts';
import type { Resource } from '../resource.ts';
import { Words } from './Words.tsx';

/** What was not done, and what to do. That a sign-in had ended is said until there is another. */
export function FailureNotice({ failure, retry }: { readonly failure: ApiFailure; readonly retry?: () => void }) {
  if (failure.status === 401 && !signInExpired.value) return null;
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{plainly(failure.message)}.</strong> <Words text={failure.advice} />
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Of what is looked at again and again: that there is no answer at all is said above every screen. */
export function ReadFailure<Value>({ value, failure, reload }: Resource<Value>) {
  if (!failure || (value !== undefined && failure.status === 0)) return null;
  return <FailureNotice failure={failure} retry={reload} />;
}

/** Where there is nothing to show: why, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div>{children}</div>}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      Reading {what}…
    </p>
  );
}
