import { ProbeFailure } from '../ports/connectionProbes.ts';

const timeoutMilliseconds = 10_000;

/**
 * Asks the app for its own health where Graph would call it. The address comes from the settings and never from a
 * request, and a redirect is not followed.
 */
export async function probeWebhook(webhookUrl: string): Promise<void> {
  const answer = await ask(`${webhookUrl}/api/health`);
  if (answer.status !== 200) throw new ProbeFailure('missing', `Http${answer.status}`);
  if (!/"status"\s*:\s*"ok"/.test(answer.text)) throw new ProbeFailure('missing', 'AnotherServer');
}

async function ask(url: string): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMilliseconds) });
    return { status: answer.status, text: (await answer.text()).slice(0, 1000) };
  } catch (error) {
    throw new ProbeFailure('unreachable', codeOf(error), error);
  }
}

/** Node says in the cause what went wrong: ENOTFOUND, ECONNREFUSED, a certificate. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.name;
}
