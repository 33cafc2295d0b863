/** What somebody typed and did not finish: it is kept as it is, and nothing is stored before it is finished or taken back. */
export interface Unfinished {
  readonly typed: unknown;
  /** What to do. */
  readonly what: string;
}
