import { adoptionOf } from '../../domain/adoption.ts';
import type { Contact, ContactField } from '../../domain/contact.ts';
import { haveSameAddresses } from '../../domain/emailEntries.ts';
import { differingFields, fingerprintFields } from '../../domain/fingerprint.ts';
import { type ExistingContact, type ExistingMatches, matchExisting } from '../../domain/matchExisting.ts';
import { type PlannedOperation, planAdopted } from '../../domain/plan.ts';
import { adoptedVersion, installationOf, isAdoptedVersion, sourceKeyOf } from '../../domain/stamp.ts';
import type { ContactMailbox, FoundContact, StampedContact } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import { foundAdopted } from './foundEntry.ts';
import type { LedgerWriter } from './ledgerWriter.ts';

export interface AdoptionQuestion {
  readonly list: SyncedList;
  readonly mailbox: ContactMailbox;
  readonly ledger: LedgerWriter;
  readonly installation: string;
  /** The folder that the list writes into; undefined for one that was just made. */
  readonly folderId: string | undefined;
  /** Also in the user's default folder. */
  readonly looksEverywhere: boolean;
  /** Ids of the contacts that other lists have in the mailbox: one that was not written yet has no stamp. */
  readonly readClaimed: () => Promise<ReadonlySet<string>>;
  readonly isOurInstallation: (id: string) => Promise<boolean>;
}

/**
 * Has contacts of the user's taken over where the plan would make the same ones beside them (rules.md: Existing
 * contacts). The mailbox is listed once for that. What an adoption overwrites is in the ledger before anything is
 * written: whoever goes on after a crash can still give it back.
 *
 * @throws GraphFailure
 * @throws LeaseLost
 */
export async function adoptExisting(
  operations: readonly PlannedOperation[],
  question: AdoptionQuestion,
): Promise<readonly PlannedOperation[]> {
  const { ledger } = question;
  const creations = operations.filter(operation => isAddition(operation, ledger));
  if (creations.length === 0) return operations;
  const wanted = creations.map(({ sourceKey, wanted }) => ({ sourceKey, contact: wanted.contact }));
  const listed = await listMailbox(question);
  const own = listed.filter(({ stamp }) => stamp.key === undefined);
  const { matches, ambiguous } = await matchUnclaimed(wanted, own, question);
  const adopted = await findAdopted(listed, question);
  const planned = operations.map((operation): PlannedOperation => {
    if (!isAddition(operation, ledger)) return operation;
    const again = adopted.get(operation.sourceKey);
    if (again) return adoptAgain(operation, again, ledger);
    const found = matches.get(operation.sourceKey);
    if (found) return adopt(operation, found, question);
    return ambiguous.has(operation.sourceKey) ? { ...operation, reason: 'ambiguous' } : operation;
  });
  await ledger.commit();
  return planned;
}

/** Other lists are asked for only where there is something to take over. */
async function matchUnclaimed(
  wanted: Parameters<typeof matchExisting>[0],
  own: readonly ExistingContact[],
  { readClaimed }: AdoptionQuestion,
): Promise<ExistingMatches> {
  const found = matchExisting(wanted, own);
  if (found.matches.size + found.ambiguous.size === 0) return found;
  const claimed = await readClaimed();
  return claimed.size === 0
    ? found
    : matchExisting(
        wanted,
        own.filter(({ id }) => !claimed.has(id)),
      );
}

type Creation = PlannedOperation & { readonly action: 'create' };

/** Of a contact that was never there: what a user deleted is no contact of theirs by another name. */
function isAddition(operation: PlannedOperation, ledger: LedgerWriter): operation is Creation {
  if (operation.action !== 'create') return false;
  const state = ledger.get(operation.sourceKey)?.state;
  return state === undefined || state === 'missing';
}

function adopt(
  creation: Creation,
  found: ExistingContact,
  { ledger, installation }: AdoptionQuestion,
): PlannedOperation {
  const { sourceKey } = creation;
  const { managedFields } = ledger;
  const { contact, fingerprints, version } = creation.wanted;
  const wanted = { ...creation.wanted, version: adoptedVersion(version, installation) };
  ledger.put({
    sourceKey,
    state: 'unknown',
    contactId: found.id,
    fields: fingerprints,
    version: wanted.version,
    categories: [],
    adoption: adoptionOf(found, contact, managedFields),
  });
  const fields = fieldsToWrite(found.contact, contact, managedFields);
  return { action: 'adopt', sourceKey, contactId: found.id, wanted, fields, present: found.contact, reason: 'adopted' };
}

/** Those that the source has, and the contact holds otherwise. */
function fieldsToWrite(present: Contact, wanted: Contact, managed: readonly ContactField[]): ContactField[] {
  const taken = managed.filter(field => wanted[field] !== undefined);
  const differing = differingFields(taken, fingerprintFields(wanted), fingerprintFields(present));
  return differing.filter(field => field !== 'emailAddresses' || !haveSameAddresses(present, wanted));
}

/** What of the list's contacts was adopted before, while no row of the ledger tells of it any more. */
async function findAdopted(
  listed: readonly FoundContact[],
  { list, isOurInstallation }: AdoptionQuestion,
): Promise<ReadonlyMap<string, StampedContact>> {
  const adopted = new Map<string, StampedContact>();
  for (const { id, parentFolderId, stamp } of listed) {
    const { key = '', version = '' } = stamp;
    const sourceKey = isAdoptedVersion(version) ? sourceKeyOf(list.id, key) : undefined;
    const isOurs = sourceKey !== undefined && (await isOurInstallation(installationOf(version) ?? ''));
    if (isOurs && !adopted.has(sourceKey)) adopted.set(sourceKey, { id, parentFolderId, stamp: { key, version } });
  }
  return adopted;
}

function adoptAgain({ sourceKey, wanted }: Creation, found: StampedContact, ledger: LedgerWriter): PlannedOperation {
  const entry = foundAdopted(sourceKey, found, ledger.get(sourceKey));
  ledger.put(entry);
  return planAdopted(sourceKey, wanted, entry, ledger.managedFields);
}

async function listMailbox({ mailbox, ledger, folderId, looksEverywhere }: AdoptionQuestion): Promise<FoundContact[]> {
  const defaultFolder = looksEverywhere ? await mailbox.findFolder(['contacts']) : undefined;
  const folderIds = new Set([folderId, defaultFolder?.id].filter(id => id !== undefined));
  const found: FoundContact[] = [];
  for (const id of folderIds) found.push(...(await mailbox.listAll(id, ledger.managedFields)));
  return found;
}
