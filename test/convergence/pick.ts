/** The item that a number of a schedule chooses; undefined when there is none. */
export function pick<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % items.length];
}
