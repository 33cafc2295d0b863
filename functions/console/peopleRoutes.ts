import type { App } from '../../shared/app.ts';
import type { AnyRoute } from '../http/route.ts';
import { meRoutes } from './me.ts';
import { sessionRoute } from './session.ts';

/** What only somebody who signed in can ask, and no function key. */
export function peopleRoutes(app: App): AnyRoute[] {
  return [sessionRoute(app), ...meRoutes(app)];
}
