import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { subscriptionLife } from '../../../shared/engine/subscriptions/index.ts';
import { graphPath } from '../../../shared/graph/links.ts';
import {
  expandStamp,
  extendedPropertiesSchema,
  filterByStampKey,
  readStamp,
  writeStamp,
} from '../../../shared/graph/stamps.ts';
import { askOfBatches, askOfLargeBatches } from './batchQuestions.ts';
import { askOfDelta } from './deltaQuestion.ts';
import { eventually, hold } from './finding.ts';
import { askOfPhotos } from './photoQuestion.ts';
import { askOfForgedPrincipal } from './signInQuestion.ts';
import { identified, immutable, type Trial } from './trial.ts';

/** Something that documents and reports leave open, and that the app relies on. */
export interface Question {
  readonly name: string;
  /**
   * What was seen, in words. Rejects with `Difference` when it is not what the app relies on, with `Refusal` when Graph
   * refused on the way; undefined when it could not be asked.
   */
  ask(trial: Trial): Promise<string | undefined>;
}

export const questions: readonly Question[] = [
  { name: 'Extended properties of a new folder', ask: askOfFolderStamps },
  { name: 'Extended properties of a new contact', ask: askOfStamps },
  { name: 'Immutable ids', ask: askOfIds },
  { name: 'Delta query with $select', ask: askOfDelta },
  { name: 'Batch of 20 requests', ask: askOfBatches },
  { name: 'Batch of nearly 4 MB', ask: askOfLargeBatches },
  { name: 'Birthday', ask: askOfBirthdays },
  { name: 'Photo of a contact', ask: askOfPhotos },
  { name: 'Renewal of a subscription', ask: askOfSubscriptions },
  { name: 'Forged sign-in', ask: askOfForgedPrincipal },
];

const stamped = z.object({ singleValueExtendedProperties: extendedPropertiesSchema });
const contactList = z.object({ value: z.array(identified) });

async function askOfFolderStamps({ graph, mailboxId, folderId, stampKey }: Trial): Promise<string> {
  const path = graphPath(['users', mailboxId, 'contactFolders', folderId], { $expand: expandStamp });
  const folder = await graph.ask('GET', path, stamped);
  hold(readStamp(folder.singleValueExtendedProperties).key === stampKey, 'the folder comes back without them');
  return 'kept';
}

async function askOfStamps(trial: Trial): Promise<string> {
  const { graph, mailboxId, folderId } = trial;
  const stamp = { key: randomUUID(), version: '1' };
  const id = await trial.addContact({ singleValueExtendedProperties: writeStamp(stamp) });
  const contacts = ['users', mailboxId, 'contactFolders', folderId, 'contacts'];
  const one = graphPath([...contacts, id], { $expand: expandStamp });
  const { singleValueExtendedProperties } = await graph.ask('GET', one, stamped, { headers: immutable });
  const kept = readStamp(singleValueExtendedProperties);
  hold(kept.key === stamp.key && kept.version === stamp.version, 'the contact comes back without them');
  const search = graphPath(contacts, { $filter: filterByStampKey(stamp.key) });
  const looks = await eventually(trial, async () => {
    const { value } = await graph.ask('GET', search, contactList, { headers: immutable });
    return value.length === 1 && value[0]?.id === id;
  });
  hold(looks !== undefined, 'a filter does not find the contact by them within half a minute');
  return `kept, and found by a filter at look ${looks}`;
}

async function askOfIds(trial: Trial): Promise<string> {
  const { graph } = trial;
  const asked = { body: { displayName: 'Check of ids' }, headers: immutable };
  const created = await graph.send('POST', trial.path('contacts'), asked);
  const applied = created.headers.get('Preference-Applied') ?? '';
  const { id } = identified.parse(created.body);
  hold(/ImmutableId/i.test(applied), 'the answer does not say that the preference was applied');
  await graph.ask('PATCH', trial.path('contacts', id), identified, { body: { jobTitle: 'Check' }, headers: immutable });
  const listed = await graph.ask('GET', `${trial.path('contacts')}?$top=100`, contactList, { headers: immutable });
  hold(
    listed.value.some(row => row.id === id),
    'a list gives the contact another id than its creation',
  );
  const plain = await graph.ask('GET', `${trial.path('contacts')}?$top=100`, contactList);
  const same = plain.value.some(row => row.id === id);
  return `the same in a creation and in lists after a change; without the preference ${same ? 'the same, too' : 'another'}`;
}

async function askOfBirthdays(trial: Trial): Promise<string> {
  const id = await trial.addContact({ birthday: '1980-02-29T11:59:00Z' });
  const schema = z.object({ birthday: z.string() });
  const { birthday } = await trial.graph.ask('GET', trial.path('contacts', id), schema, { headers: immutable });
  hold(birthday.startsWith('1980-02-29'), 'another day comes back');
  return `the day is kept, at ${birthday.slice(11)}`;
}

async function askOfSubscriptions(trial: Trial): Promise<string | undefined> {
  const { graph, webhook, mailboxId, folderId } = trial;
  if (webhook === undefined) return undefined;
  const live = identified.extend({ expirationDateTime: z.iso.datetime({ offset: true }) });
  const { id } = await graph.ask('POST', graphPath(['subscriptions']), live, {
    headers: immutable,
    body: {
      changeType: 'created,updated,deleted',
      notificationUrl: `${webhook}/api/notifications`,
      lifecycleNotificationUrl: `${webhook}/api/lifecycle`,
      resource: `/users/${mailboxId}/contactFolders/${folderId}/contacts`,
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      clientState: randomUUID(),
      latestSupportedTlsVersion: 'v1_2',
    },
  });
  const path = graphPath(['subscriptions', id]);
  trial.removeLater(path);
  const until = Date.now() + subscriptionLife;
  const body = { expirationDateTime: new Date(until).toISOString() };
  const renewed = await graph.ask('PATCH', path, live, { body });
  const early = until - Date.parse(renewed.expirationDateTime);
  hold(early < 60_000, `it ends ${Math.round(early / 60_000)} minutes before the time asked for`);
  return 'made, with the app answering its validation, and renewed for six days';
}
