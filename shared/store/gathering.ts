/** How the requests of one process's handlers come together. */
export interface Gathering {
  /** Resolves a few milliseconds later, when what may leave together has come. */
  readonly gather: () => Promise<void>;
  /** Which of a partition's rows of totals this process writes first, from 0 on. */
  readonly slot: number;
}

/** Only what comes while another request is under way waits, and leaves together. */
export const atOnce: Gathering = { gather: async () => {}, slot: 0 };
