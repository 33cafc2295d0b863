import { GraphFailure } from '../../ports/contactMailbox.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { BrowsedFolders, BrowsingLimits, SourceAdapters } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { inTenant, tenantNamed } from '../tenantNamed.ts';
import { describeUnknownSource, describeUnreadableSource } from './describeFailure.ts';
import { walkFolders } from './walkFolders.ts';

/**
 * The contact folders of the mailbox, the default one first.
 *
 * @throws SourceFailure
 */
export async function browseFolders(
  source: ContactFolderSettings,
  adapters: SourceAdapters<Connections>,
  limits: BrowsingLimits,
): Promise<BrowsedFolders> {
  const tenant = tenantNamed(source.connection, adapters.connections);
  const { openDirectory, openFolderTree } = inTenant(tenant, adapters);
  try {
    // In another tenant the app may read the mailbox and nobody's account.
    const mailboxId = tenant ? source.mailbox : (await openDirectory().findUser(source.mailbox))?.id;
    if (mailboxId === undefined) throw new SourceFailure([describeUnknownSource(source)]);
    return await walkFolders(openFolderTree(mailboxId), limits);
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    throw new SourceFailure([describeUnreadableSource(error, tenant)], { cause: error });
  }
}
