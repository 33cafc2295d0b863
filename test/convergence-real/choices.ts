import { createRandom } from '../local/graph-simulator/random.ts';

/** Random choices, the same row for the same seed. */
export interface Choices {
  chance(probability: number): boolean;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  oneOf<Item>(items: readonly Item[]): Item | undefined;
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
}

export function createChoices(seed: number): Choices {
  const random = createRandom(seed);
  return { chance: probability => random() < probability, between, oneOf, weighted };

  function between(least: number, most: number): number {
    return least + Math.floor(random() * (most - least + 1));
  }

  function oneOf<Item>(items: readonly Item[]): Item | undefined {
    return items[between(0, items.length - 1)];
  }

  function weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = random() * names.reduce((sum, name) => sum + weights[name], 0);
    const chosen = names.find(name => {
      left -= weights[name];
      return left < 0;
    });
    return chosen ?? (names.at(-1) as Name);
  }
}
