import type * as z from 'zod';
import { hasAccess, type Role } from '../../../shared/api/roles.ts';
import type { sessionView } from '../../../shared/api/session.ts';
import { sharedReading } from './resource.ts';

export type SessionView = z.infer<typeof sessionView>;

/** Who reads this page. */
export const session = sharedReading<SessionView>();

/** Whether whoever reads this may do what the role may: everywhere, or with a list that they operate. */
export function has(role: Role, list?: string): boolean {
  const { roles = [], operates = [] } = session.value.value ?? {};
  return hasAccess(role, roles) || (role !== 'Admin' && list !== undefined && operates.includes(list));
}

/** Whether it is so with any list at all. */
export function hasSomewhere(role: Role): boolean {
  const { operates = [] } = session.value.value ?? {};
  return has(role) || operates.some(list => has(role, list));
}
