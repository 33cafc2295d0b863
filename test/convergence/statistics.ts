/** What a search has tried. Counts add up over schedules and over processes. */
export interface Statistics {
  schedules: number;
  /** Commands by name. */
  actions: Record<string, number>;
  /** Requests to storage, queue and Graph, each one a point where another handler may run. */
  effects: number;
  deliveries: number;
  /** Faults that met a request, by kind. */
  faults: Record<string, number>;
  crashes: number;
  mailboxesCompared: number;
  contactsCompared: number;
  /** Of contacts that have one at the source. */
  photosCompared: number;
  /** Contacts that differ from the source because the user may have them so. */
  keptForUsers: number;
  /** Contacts of users' own that were taken over, and that were given back. */
  adopted: number;
  givenBack: number;
  /** Persons. */
  forgotten: number;
  idleRuns: number;
  violations: number;
}

export function newStatistics(): Statistics {
  return {
    schedules: 0,
    actions: {},
    effects: 0,
    deliveries: 0,
    faults: {},
    crashes: 0,
    mailboxesCompared: 0,
    contactsCompared: 0,
    photosCompared: 0,
    keptForUsers: 0,
    adopted: 0,
    givenBack: 0,
    forgotten: 0,
    idleRuns: 0,
    violations: 0,
  };
}

export function countOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

export function addStatistics(sum: Statistics, more: Statistics): void {
  for (const [name, value] of Object.entries(more) as [keyof Statistics, Statistics[keyof Statistics]][]) {
    if (typeof value === 'number') Object.assign(sum, { [name]: (sum[name] as number) + value });
    else addCounts(sum[name] as Record<string, number>, value);
  }
}

function addCounts(sum: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
}
