import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AppSettings } from './appSettings.ts';
import { HostError } from './hostError.ts';

/** Stands in for App Service Authentication with Entra, in the mode AllowAnonymous, and for Entra itself. */
export interface SignIn {
  readonly tenantId: string;
  readonly people: readonly SamplePerson[];
}

const personSchema = z.object({
  name: z.string(),
  address: z.string(),
  /** Of the user in the directory. */
  objectId: z.string(),
  /** App roles. */
  roles: z.array(z.string()),
});
/** Somebody to sign in as. */
export type SamplePerson = z.infer<typeof personSchema>;

const cookieName = 'AppServiceAuthSession';
const claimAddress = 'http://schemas.microsoft.com/identity/claims';
const nameType = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
const roleType = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

/** @returns undefined unless `WEBSITE_AUTH_ENABLED` is true, which in Azure the platform sets */
export function readSignIn(settings: AppSettings): SignIn | undefined {
  if (settings.WEBSITE_AUTH_ENABLED?.toLowerCase() !== 'true') return undefined;
  const people = z.array(personSchema).safeParse(readJson(settings.LOCAL_PEOPLE ?? ''));
  if (people.success) return { tenantId: settings.CONSOLE_TENANT_ID ?? '', people: people.data };
  throw new HostError(
    'WEBSITE_AUTH_ENABLED is true, and LOCAL_PEOPLE does not say who may sign in: give a JSON list of name, address, objectId and roles',
  );
}

/** What the app gets of whoever is signed in. */
export function principalHeaders(request: FastifyRequest, signIn: SignIn): Record<string, string> {
  const person = signedIn(request, signIn);
  if (!person) return {};
  const principal = { auth_typ: 'aad', claims: claimsOf(person, signIn), name_typ: nameType, role_typ: roleType };
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
    'x-ms-client-principal-id': person.objectId,
    'x-ms-client-principal-idp': 'aad',
    // A header has no letters beyond Latin-1.
    'x-ms-client-principal-name': person.address,
  };
}

/** `/.auth/login/aad` with a choice of people, `/.auth/logout` and `/.auth/me`. */
export function serveSignIn(server: FastifyInstance, signIn: SignIn): void {
  server.get('/.auth/login/aad', (request, reply) => {
    const { person: chosen, post_login_redirect_uri: target } = request.query as Record<string, string | undefined>;
    const person = signIn.people.find(({ objectId }) => objectId === chosen);
    if (!person) return reply.type('text/html; charset=utf-8').send(choicePage(signIn, localPath(target)));
    return reply.header('Set-Cookie', cookieOf(person.objectId)).redirect(localPath(target));
  });
  server.get('/.auth/logout', (request, reply) => {
    const { post_logout_redirect_uri: target } = request.query as Record<string, string | undefined>;
    return reply.header('Set-Cookie', `${cookieOf('')}; Max-Age=0`).redirect(localPath(target));
  });
  server.get('/.auth/me', (request, reply) => {
    const person = signedIn(request, signIn);
    if (!person) return reply.code(401).send();
    const claims = claimsOf(person, signIn);
    return reply.send([{ provider_name: 'aad', user_id: person.address, user_claims: claims }]);
  });
}

function signedIn({ headers }: FastifyRequest, { people }: SignIn): SamplePerson | undefined {
  const [, id] = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]*)`).exec(headers.cookie ?? '') ?? [];
  return people.find(({ objectId }) => objectId === id);
}

function cookieOf(value: string): string {
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax`;
}

/** As App Service names claims of Entra, which has some of them by the token's names and others by addresses. */
function claimsOf({ name, address, objectId, roles }: SamplePerson, { tenantId }: SignIn) {
  const claims = [
    [nameType, address],
    ['name', name],
    [`${claimAddress}/objectidentifier`, objectId],
    [`${claimAddress}/tenantid`, tenantId],
    ['preferred_username', address],
    ...roles.map(role => ['roles', role]),
  ];
  return claims.map(([typ, val]) => ({ typ, val }));
}

/** App Service goes to no other site unless its settings name that. */
function localPath(target: string | undefined): string {
  return target !== undefined && /^\/(?![/\\])/.test(target) ? target : '/';
}

function choicePage({ people }: SignIn, target: string): string {
  const choices = people.map(({ objectId, name, roles }) => {
    const query = new URLSearchParams({ person: objectId, post_login_redirect_uri: target });
    const kind = roles.join(', ') || 'no role';
    return `<li><a href="/.auth/login/aad?${escapeHtml(`${query}`)}">${escapeHtml(name)}</a> (${escapeHtml(kind)})</li>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Sign in as</title>
<style>:root { color-scheme: light dark; font: 1.1rem system-ui } body { margin: 3rem auto; max-width: 30rem; padding: 0 1rem } li { margin: .8rem 0 }</style>
<main>
<h1>Sign in as</h1>
<p>This machine stands in for Entra: choose one of the sample people.</p>
<ul>${choices.join('\n')}</ul>
</main>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
