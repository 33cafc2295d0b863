import type { AnyRoute } from '../http/route.ts';
import { sessionRoute } from './session.ts';

/** What only somebody who signed in can ask, and no function key. */
export function peopleRoutes(): AnyRoute[] {
  return [sessionRoute()];
}
