import type { Trial } from './trial.ts';

/** Graph does something else than the app relies on. */
export class Difference extends Error {
  override readonly name = 'Difference';
}

/** @throws Difference with what was seen, when what the app relies on does not hold */
export function hold(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Difference(otherwise);
}

const looks = 10;
const betweenLooks = 3_000;

/** At which look it was so, from 1 on; undefined if it was not for half a minute. Exchange shows some changes late. */
export async function eventually(
  { graph }: Pick<Trial, 'graph'>,
  look: () => Promise<boolean>,
): Promise<number | undefined> {
  for (let count = 1; count <= looks; count += 1) {
    if (await look()) return count;
    await graph.wait(betweenLooks);
  }
  return undefined;
}
