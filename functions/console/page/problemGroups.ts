/** Something that keeps contacts from arriving, in a list or in one of its mailboxes. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  /** Id of the list. */
  readonly list: string;
  readonly mailbox?: string;
  readonly address?: string;
  readonly retryAt?: string | undefined;
}

export interface Cause {
  readonly code: string;
  /** What is told of it, each text once. */
  readonly details: readonly string[];
  readonly problems: readonly Problem[];
}

/** Problems by their cause: those of whole lists first, then what most mailboxes have. */
export function groupByCause(problems: readonly Problem[]): Cause[] {
  const causes = [...Map.groupBy(problems, ({ code }) => code)].map(([code, alike]) => ({
    code,
    details: [...new Set(alike.map(({ detail }) => detail))],
    problems: alike,
  }));
  return causes.sort((left, right) => ofLists(right) - ofLists(left) || right.problems.length - left.problems.length);
}

function ofLists({ problems }: Cause): number {
  return problems.some(({ mailbox }) => mailbox === undefined) ? 1 : 0;
}
