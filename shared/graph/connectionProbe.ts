import type { TokenCredential } from '@azure/identity';
import * as z from 'zod';
import { type AppIdentity, type GraphProbe, ProbeFailure } from '../ports/connectionProbes.ts';
import { GraphFailure } from '../ports/contactMailbox.ts';
import { entraCodeOf, graphScope } from './authentication.ts';
import type { GraphClient } from './client.ts';
import { isCode } from './failures.ts';
import { graphPath } from './links.ts';
import { change, openScope, readPage } from './requests.ts';

const claimsSchema = z.object({
  appid: z.string().optional(),
  oid: z.string().optional(),
  roles: z.array(z.string()).optional(),
});
const smallestPage = { Prefer: 'odata.maxpagesize=1' };
/** Only who may write gets as far as to hear that the id names no contact. */
const missingContactCodes = ['ErrorItemNotFound', 'ErrorInvalidIdMalformed'];

export function openGraphProbe(client: GraphClient, credential: TokenCredential): GraphProbe {
  const scope = openScope(client, 'mailbox');
  return {
    async getToken() {
      client.discardToken();
      try {
        const token = await credential.getToken(graphScope);
        if (!token) throw new ProbeFailure('denied', 'NoToken');
        return readIdentity(token.token);
      } catch (error) {
        throw error instanceof ProbeFailure ? error : new ProbeFailure('denied', codeOf(error), error);
      }
    },
    async startDelta(mailboxId, folderId) {
      const path = graphPath(['users', mailboxId, 'contactFolders', folderId, 'contacts', 'delta'], { $select: 'id' });
      await readPage(scope, path, z.unknown(), smallestPage);
    },
    async tryWrite(mailboxId, folderId) {
      // The id of a folder: Exchange can read it, and no contact has it. The body would change nothing anyway.
      const path = graphPath(['users', mailboxId, 'contacts', folderId]);
      try {
        await change(scope, { method: 'PATCH', path, body: {} }, z.unknown());
      } catch (error) {
        if (!(error instanceof GraphFailure)) throw error;
        const code = missingContactCodes.find(missing => isCode(error, missing));
        if (code === undefined) throw error;
        return code;
      }
      throw new GraphFailure('refused', { status: 200, code: 'UnexpectedAnswer' });
    },
  };
}

/** The claims of a token that is a JWT. They are shown and decide nothing, so its signature does not matter. */
function readIdentity(token: string): AppIdentity {
  try {
    const [, payload = ''] = token.split('.');
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return { applicationId: claims.appid, objectId: claims.oid, roles: claims.roles };
  } catch {
    return {};
  }
}

function codeOf(error: unknown): string {
  return entraCodeOf(error) ?? (error instanceof Error ? error.name : 'Error');
}
