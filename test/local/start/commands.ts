import { z } from 'zod';
import type { ContactFolderSettings } from '../../../shared/settings/contactFolderSource.ts';
import type { ContactList } from '../../../shared/settings/contactList.ts';
import { connectToSimulator } from '../sample-tenant/graphBatches.ts';

export interface CommandPlaces {
  readonly hostUrl: string;
  readonly key: string;
  readonly simulator: string;
}

const pageSchema = z.object({ value: z.array(z.looseObject({ id: z.string(), displayName: z.string() })) });

/**
 * Shell commands with which a newcomer edits a source contact and sees it arrive, with the ids of the tenant as it is
 * now. Nothing when the list does not have both ends there, as with settings for another tenant.
 */
export async function describeCommands(
  { hostUrl, key, simulator }: CommandPlaces,
  list: ContactList,
  target: string,
): Promise<string[]> {
  const folder = list.sources.find(source => source.kind === 'contactFolder');
  const pair = folder && (await findPair(simulator, folder, list, target).catch(() => undefined));
  if (!pair) return [];
  const graph = `${simulator}/v1.0/users`;
  const authorization = `-H "Authorization: Bearer $TOKEN"`;
  const json = `-H 'Content-Type: application/json'`;
  return [
    'See a change arrive, in another terminal. A token for the sample tenant, good for an hour:',
    `  TOKEN=$(curl -s '${simulator}/_simulator/token?app=newcomer' | cut -d'"' -f4)`,
    `Give ${pair.displayName} another number in the source folder:`,
    `  curl -s -o /dev/null -w '%{http_code}\\n' -X PATCH ${authorization} ${json} -d '{"mobilePhone":"+1 206 555 0100"}' '${graph}/${folder.mailbox}/contacts/${pair.source}'`,
    'It arrives within seconds. To ask for it without waiting for a notification:',
    `  curl -s -w '\\n' -X POST -H 'x-functions-key: ${key}' '${hostUrl}/api/resync'`,
    `Read it in the mailbox of ${target}:`,
    `  curl -s -w '\\n' ${authorization} '${graph}/${target}/contacts/${pair.copy}?$select=displayName,mobilePhone'`,
  ];
}

interface Pair {
  readonly displayName: string;
  /** Contact ids. */
  readonly source: string;
  readonly copy: string;
}

/** One of the source's contacts and its copy, which is found by its name. */
async function findPair(
  simulator: string,
  { mailbox, folders }: ContactFolderSettings,
  list: ContactList,
  target: string,
): Promise<Pair | undefined> {
  const send = await connectToSimulator(simulator, 'sample-tenant');

  async function read(url: string) {
    const [page] = await send([{ method: 'GET', url }], pageSchema);
    return page?.value ?? [];
  }

  async function contactsIn(owner: string, path: string) {
    let place = `/users/${owner}`;
    let below = '/contactFolders';
    for (const name of path.split('/')) {
      const folder = (await read(`${place}${below}?$top=100`)).find(({ displayName }) => displayName === name);
      if (!folder) return [];
      place = `/users/${owner}/contactFolders/${folder.id}`;
      below = '/childFolders';
    }
    return read(`${place}/contacts?$top=999&$select=displayName`);
  }

  const [first, second] = await contactsIn(mailbox, folders[0] ?? '');
  const source = second ?? first;
  const copies = await contactsIn(target, list.destination.folder);
  const copy = copies.find(({ displayName }) => displayName === source?.displayName);
  return source && copy && { displayName: source.displayName, source: source.id, copy: copy.id };
}
