import { Listr } from 'listr2';

/**
 * Shows a step of the start while it runs: with a spinner at a terminal, else in plain lines. Resolves or rejects as
 * `work` does; `say` replaces what is shown below the title.
 */
export async function runStep<Result>(
  title: string,
  work: (say: (text: string) => void) => Promise<Result>,
): Promise<Result> {
  const results: Result[] = [];
  const steps = new Listr(
    [
      {
        title,
        task: async (_context, task) => {
          results.push(
            await work(text => {
              task.output = text;
            }),
          );
        },
        rendererOptions: { persistentOutput: true },
      },
    ],
    {
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    },
  );
  await steps.run();
  const [result] = results;
  return result as Result;
}
