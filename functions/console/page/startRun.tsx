import { post } from './api.ts';
import { links } from './links.ts';

/** Asks for a run; the outcome to show leads to it. */
export async function startRun(path: string, body: object) {
  const { runId } = await post<{ runId: string }>(path, body);
  return (
    <>
      Started: <a href={links.run(runId)}>see how it goes</a>.
    </>
  );
}
