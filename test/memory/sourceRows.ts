/** Rows that a source in memory reads, by key. */
export interface SourceRows<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  put(key: string, row: Row): void;
  remove(key: string): void;
  /** Readings fail half-way from now on. */
  isBroken: boolean;
  /** Every reading meets it while it is set. */
  failure: Error | undefined;
  /** Nothing can be read on from any cursor that was given so far. */
  killCursors(): void;
  /** The keys that changed since a token was given; undefined where it is dead or damaged. */
  changedSince(token: string): readonly string[] | undefined;
  token(): string;
}

export function createSourceRows<Row>(): SourceRows<Row> {
  const rows = new Map<string, Row>();
  const log: string[] = [];
  let generation = 1;
  return {
    rows,
    put(key, row) {
      rows.set(key, row);
      log.push(key);
    },
    remove(key) {
      if (rows.delete(key)) log.push(key);
    },
    isBroken: false,
    failure: undefined,
    killCursors() {
      generation += 1;
    },
    changedSince(token) {
      const [of, from] = token.split('/').map(Number);
      return of === generation && from !== undefined ? [...new Set(log.slice(from))] : undefined;
    },
    token: () => `${generation}/${log.length}`,
  };
}
