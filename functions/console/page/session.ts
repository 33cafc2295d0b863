import type * as z from 'zod';
import { hasAccess, type Role } from '../../../shared/api/roles.ts';
import type { sessionView } from '../../../shared/api/session.ts';
import { sharedReading } from './resource.ts';

export type SessionView = z.infer<typeof sessionView>;

/** Who reads this page. */
export const session = sharedReading<SessionView>();

/** Whether whoever reads this may do what the role may. */
export function has(role: Role): boolean {
  return hasAccess(role, session.value.value?.roles ?? []);
}
