import type * as z from 'zod';
import { hasAccess, type Role } from '../../../shared/api/roles.ts';
import type { sessionView } from '../../../shared/api/session.ts';
import { sharedReading } from './resource.ts';

export type SessionView = z.infer<typeof sessionView>;

/** Who reads this page. */
export const session = sharedReading<SessionView>();

/** Whether whoever reads this may do what the role may, if only with some lists: of those alone the app tells then. */
export function has(role: Role): boolean {
  const { roles = [], operates = [] } = session.value.value ?? {};
  return hasAccess(role, roles) || (role !== 'Admin' && operates.length > 0);
}
