/** What is remembered of a group's members. */
export interface KnownMembers {
  readonly members: ReadonlySet<string>;
  /** They are gone in a way that proves nothing: they go on to count until somebody decides. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Compares a group with what was known of it. An empty answer is no proof that nobody is a member: a group with hidden
 * members reads as empty without the permission to see them, and a rule under edit lets many go for a while. So those
 * who are gone from a group that reads as empty, or that lost more than half of its members since it was read last, are
 * missing; from any other group they have left (rules.md: Empty answers).
 */
export function compareMembers(present: ReadonlySet<string>, known: KnownMembers): KnownMembers {
  const absent = (members: ReadonlySet<string>) => [...members].filter(member => !present.has(member));
  const gone = absent(known.members);
  const isDoubtful = gone.length * 2 > known.members.size;
  return { members: present, missing: new Set([...absent(known.missing), ...(isDoubtful ? gone : [])]) };
}
