import { useEffect } from 'preact/hooks';
import { get, signInExpired } from './api.ts';
import { keepPlace } from './returning.ts';
import { type SessionView, session } from './session.ts';

const signInHref = '/.auth/login/aad?post_login_redirect_uri=/api/console';

export function SignIn() {
  return (
    <main class="sign-in">
      <h1>Contact Folder Sync</h1>
      <p>Sign in with your work account to see which contact lists arrive where, and why.</p>
      <a class="button main" href={signInHref} onClick={keepPlace}>
        Sign in
      </a>
    </main>
  );
}

/** Beside what is on the screen, in a window of its own, so that nothing typed is lost. */
export function SignInAgain() {
  useEffect(() => {
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, []);
  return (
    <div class="notice warn" role="alert">
      <p>
        <strong>Your sign-in has ended.</strong> What you typed is still here. Sign in in the new window, come back, and
        go on.
      </p>
      <a class="button main" href={signInHref} target="_blank" rel="noopener">
        Sign in again
      </a>
    </div>
  );

  async function look(): Promise<void> {
    signInExpired.value = false;
    try {
      session.value = { value: await get<SessionView>('session') };
    } catch {
      // Still nobody: the notice stays.
    }
  }
}
