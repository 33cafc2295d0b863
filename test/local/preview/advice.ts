import { tokenUnavailable } from '../../../shared/graph/authentication.ts';

/** What to do about a code that Graph, or the way to it, answered with. */
export function adviseOn(code: string): string {
  if (code === tokenUnavailable || code.startsWith('AADSTS')) {
    return 'there is no token: check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or start the local services with npm run services';
  }
  if (/denied|^Http40[13]$/i.test(code)) {
    return 'an admin has to consent to the application permissions User.Read.All, GroupMember.Read.All and Contacts.ReadWrite (for a preview Contacts.Read is enough), and no access policy may keep the app out of the mailbox';
  }
  return 'check GRAPH_ENDPOINT and the settings that the problem names, or try again later';
}
