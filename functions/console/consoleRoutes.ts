import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Person } from '../../shared/api/caller.ts';
import { crossSite, notSignedIn, roleNeeded } from '../../shared/api/problems.ts';
import { type Access, hasAccess } from '../../shared/api/roles.ts';
import type { ConsoleSettings } from '../../shared/settings/settings.ts';
import { answerProblems } from '../http/answerProblems.ts';
import { ownHeader } from '../http/ownHeader.ts';
import type { AnyRoute } from '../http/route.ts';
import { ofListsAlone, routeRoles } from '../http/routeRoles.ts';
import { readPrincipal } from './principal.ts';

/** Answers may hold what only this person may see, and are never a page. */
const securityHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
};

/** Whom the console lets in. */
export interface Gate extends ConsoleSettings {
  /** Ids of the lists that somebody may operate without a role. */
  findOperatedLists(objectId: string): Promise<readonly string[]>;
}

/**
 * The same routes once more below `console/api/`, for people who signed in. To the host they are anonymous: who is
 * signed in, with which role, is asked here (rules.md: Console).
 */
export function consoleRoutes(routes: readonly AnyRoute[], gate: Gate): AnyRoute[] {
  return routes.flatMap(each => {
    const access = routeRoles[each.name];
    return access === undefined ? [] : [guard(each, access, gate)];
  });
}

function guard(route: AnyRoute, access: Access, gate: Gate): AnyRoute {
  return {
    ...route,
    name: `console${route.name.slice(0, 1).toUpperCase()}${route.name.slice(1)}`,
    path: `console/api/${route.path}`,
    anonymous: true,
    async handle(request, context) {
      const answer = await answerProblems(context, async () => {
        const person = await admit(request, route, access, gate);
        refuseCrossSite(request);
        return route.handle(request, context, person);
      });
      return inConsole(answer);
    },
  };
}

/** @throws ApiProblem 401 or 403 */
async function admit(
  { headers, params }: HttpRequest,
  { name }: AnyRoute,
  access: Access,
  gate: Gate,
): Promise<Person> {
  const person = readPrincipal(headers.get('x-ms-client-principal'), gate);
  if (!person) throw notSignedIn();
  if (access === 'employee' || hasAccess(access, person.roles)) return person;
  const operates = access === 'Admin' ? [] : await gate.findOperatedLists(person.objectId);
  const { list } = params;
  const isOpen = list === undefined ? operates.length > 0 && ofListsAlone.includes(name) : operates.includes(list);
  if (!isOpen) throw roleNeeded(access);
  return { ...person, operates };
}

/** The cookie of the sign-in comes along whoever sends the browser here; a header of one's own does not. */
function refuseCrossSite({ method, headers }: HttpRequest): void {
  const isOwn = method === 'GET' || headers.get(ownHeader.name) === ownHeader.value;
  if (!isOwn) throw crossSite(ownHeader.name, ownHeader.value);
}

/** A run that an answer names is below the console's API, too: the other one wants a key. */
function inConsole(answer: HttpResponseInit): HttpResponseInit {
  const { Location, ...headers } = (answer.headers ?? {}) as Record<string, string>;
  const moved = Location === undefined ? {} : { Location: Location.replace(/^\/api\//, '/api/console/api/') };
  return { ...answer, headers: { ...headers, ...moved, ...securityHeaders } };
}
