import type { Table } from '../ports/tableStorage.ts';

const schemaVersion = 1;
/** No run has such an id. */
const partition = '$fanOut';
const rowKey = 'schedule';

/**
 * The row of `Runs` that names the scheduled run which is sending its messages, so that the next one goes on with it if its
 * host dies. (Another run's message is delivered again, and goes on by itself.)
 */
export function openScheduledFanOut(table: Table) {
  return { noteFanOut, readFanOut, endFanOut };

  async function noteFanOut(run: string): Promise<void> {
    await table.write(partition, [{ kind: 'replace', rowKey, properties: { schemaVersion, run } }]);
  }

  /** The id of a run, or undefined where none is sending. A damaged row names none. */
  async function readFanOut(): Promise<string | undefined> {
    const run = (await table.get(partition, rowKey))?.properties.run;
    return typeof run === 'string' ? run : undefined;
  }

  async function endFanOut(): Promise<void> {
    await table.write(partition, [{ kind: 'delete', rowKey }]);
  }
}
