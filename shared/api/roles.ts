/** App roles of the console's registration, each with what the ones before may do (rules.md: Console). */
export const roles = ['Reader', 'Operator', 'Admin'] as const;
export type Role = (typeof roles)[number];

/** The least that is needed: a role, or to be signed in, which opens nothing but what is one's own. */
export type Access = 'employee' | Role;

export function hasAccess(needed: Access, held: readonly Role[]): boolean {
  if (needed === 'employee') return true;
  return held.some(role => roles.indexOf(role) >= roles.indexOf(needed));
}

export function isRole(text: string): text is Role {
  return roles.some(role => role === text);
}
