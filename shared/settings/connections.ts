import * as z from 'zod';
import { didYouMean } from '../domain/closestName.ts';
import { secretName } from './secretName.ts';
import { sayKinds, sayPlainly, strictObject } from './strictObject.ts';

const guid = z.guid('is no id: give the GUID that the Entra admin center shows');
const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'is not the name of a host, without "https://" or a port');

/** Whether lists that are not in `CONTACT_LISTS` may read by it, too. */
const openToConsole = { console: z.boolean().optional() };

/** A database, signed in to with a password from the key vault, or else with the app's managed identity. */
const database = {
  host: hostName,
  port: z.number().int().min(1).max(65_535).optional(),
  database: z.string().trim().min(1).max(128),
  user: z.string().trim().min(1).max(128).optional(),
  passwordSecret: secretName.optional(),
  /** Of the CA that a server of one's own is certified by. */
  caSecret: secretName.optional(),
  ...openToConsole,
};

/** Microsoft's dates for EWS in Exchange Online, and its word that public folders there get no other interface. */
const exchangeOnlineEnds =
  'is Exchange Online, where EWS is switched off from 1 October 2026 on and gone on 1 April 2027: read a mailbox there with a source of the kind contactFolder; move a public folder into a shared mailbox first (infra/docs/sources/public-folders-online.md)';
const onlineHosts = /(^|\.)(outlook\.com|office\.com|office365\.com|office365\.us|outlook\.cn)$/;

export const connectionSchema = z.discriminatedUnion(
  'kind',
  [
    /** `clientId`: of the app registration in our tenant that trusts the app's managed identity. */
    strictObject({ kind: z.literal('tenant'), tenantId: guid, clientId: guid, ...openToConsole }),
    // The role of a managed identity has a name of its own.
    strictObject({ kind: z.literal('postgres'), ...database, user: database.user.unwrap() }),
    strictObject({ kind: z.literal('azureSql'), ...database }).refine(
      ({ user, passwordSecret }) => user !== undefined || passwordSecret === undefined,
      { path: ['user'], error: "is missing: a password is somebody's" },
    ),
    strictObject({
      kind: z.literal('exchangeServer'),
      url: z
        .url({
          protocol: /^https$/,
          error: 'is not the https address of EWS, such as https://mail.contoso.com/EWS/Exchange.asmx',
        })
        .refine(url => !isExchangeOnline(url), exchangeOnlineEnds)
        .refine(url => !hasCredentials(url), 'holds a user or a password: "user" and "passwordSecret" name them'),
      user: z
        .string()
        .trim()
        .min(1)
        .refine(
          user => !/^[^\\]*:/.test(user),
          'holds a ":", which no user name can: give DOMAIN\\user or user@domain',
        ),
      passwordSecret: secretName,
      caSecret: secretName.optional(),
      allowUntrusted: z.boolean().default(false),
      ...openToConsole,
    }),
  ],
  { error: sayKinds('connection') },
);

/** A way to a system outside of this tenant. */
export type NamedConnection = z.infer<typeof connectionSchema>;
export type ConnectionKind = NamedConnection['kind'];

/** By name. A connection with a fault is left out, so that it stops the lists alone that name it. */
export interface Connections {
  readonly usable: ReadonlyMap<string, NamedConnection>;
  /** What is wrong with the others. */
  readonly faulty: ReadonlyMap<string, string>;
}

export const noConnections: Connections = { usable: new Map(), faulty: new Map() };

const entries = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a connection is named by 1 to 32 of a-z, 0-9 and "-"'),
  z.unknown(),
);

/**
 * @param setting the text of `CONNECTIONS`
 * @returns the fault where it cannot be read at all
 */
export function parseConnections(setting: string | undefined): Connections | string {
  if (setting === undefined) return noConnections;
  const parsed = entries.safeParse(readJson(setting));
  if (!parsed.success) return `is not a JSON object of connections by name: ${describe(parsed.error)}`;
  const usable = new Map<string, NamedConnection>();
  const faulty = new Map<string, string>();
  for (const [name, value] of Object.entries(parsed.data)) {
    const connection = connectionSchema.safeParse(value, { error: sayPlainly });
    if (connection.success) usable.set(name, connection.data);
    else faulty.set(name, describe(connection.error));
  }
  return { usable, faulty };
}

/** What is wrong with naming this connection; undefined where it is one of these kinds. */
export function findConnectionFault(
  name: string,
  kinds: readonly ConnectionKind[],
  { usable, faulty }: Connections,
): string | undefined {
  const fault = faulty.get(name);
  if (fault !== undefined) return `the connection "${name}" of CONNECTIONS cannot be used: ${fault}`;
  const connection = usable.get(name);
  if (!connection) return `there is no connection "${name}" in CONNECTIONS${didYouMean(name, [...usable.keys()])}`;
  if (kinds.includes(connection.kind)) return undefined;
  return `the connection "${name}" is of the kind ${connection.kind}, and this source needs ${kinds.join(' or ')}`;
}

function isExchangeOnline(url: string): boolean {
  return URL.canParse(url) && onlineHosts.test(new URL(url).hostname.replace(/\.$/, ''));
}

function hasCredentials(url: string): boolean {
  return URL.canParse(url) && new URL(url).username + new URL(url).password !== '';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Never quotes a value: somebody may have put a password where a name belongs. */
function describe({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');
}
