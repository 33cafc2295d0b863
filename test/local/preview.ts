/** `npm run preview`: what the next run would do, without a deployment. See `preview/options.ts` for its options. */

import type { Preview } from '../../shared/api/preview.ts';
import type { App } from '../../shared/app.ts';
import { describe } from '../../shared/domain/reason.ts';
import { GraphFailure } from '../../shared/ports/contactMailbox.ts';
import { type ContactList, placesReadBy } from '../../shared/settings/contactList.ts';
import { trustExtraCertificates } from './functions-host/trustExtraCertificates.ts';
import { adviseOn } from './preview/advice.ts';
import { checkSettings, describeCheck } from './preview/check.ts';
import { type PreviewOptions, readPreviewOptions } from './preview/options.ts';
import { describePreview } from './preview/report.ts';
import { connectPreview } from './preview/services.ts';
import { tableSettings } from './preview/tableSettings.ts';
import { readSettings } from './settings.ts';
import { ownSettingsFile, planStart, type StartPlan } from './start/plan.ts';
import { StartError } from './start/startError.ts';

const succeeded = 0;
const failed = 1;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readPreviewOptions(process.argv.slice(2));
    return await (options.check ? check(options) : show(options));
  } catch (error) {
    if (error instanceof StartError) console.error(error.message);
    else if (error instanceof GraphFailure) console.error(`${error.message}: ${adviseOn(error.code)}`);
    else throw error;
    return failed;
  }
}

/** What is refused, by this version or by the next, makes it fail. */
async function check({ settingsFile, json }: PreviewOptions): Promise<number> {
  const checked = await checkSettings(settingsFile, process.env, Date.now());
  for (const line of json ? [JSON.stringify(checked, undefined, 2)] : describeCheck(checked)) console.log(line);
  return checked.ok ? succeeded : failed;
}

/** Problems of the list or of the mailbox make it fail: a run would have them too. */
async function show(options: PreviewOptions): Promise<number> {
  const plan = await planStart(options, process.env);
  // What the environment names in addition, Node has read already.
  trustExtraCertificates(await readSettings(options.settingsFile ?? ownSettingsFile()));
  const list = findList(options.list, plan);
  const { app, withoutTables } = await connectPreview(plan, await tableSettings(options, plan, process.env));
  if (withoutTables) console.error(withoutTables);
  // Fails at once where there is no token, and not once for everything that is read.
  const own = placesReadBy(list).find(({ connection }) => connection === undefined);
  if (own) await app.findUser(own.mailbox);
  const preview = await previewFor(list, options.mailbox, app);
  const lines = options.json ? [JSON.stringify(preview, undefined, 2)] : describePreview(preview, options.operations);
  for (const line of lines) console.log(line);
  return preview.problems.length > 0 ? failed : succeeded;
}

function findList(id: string | undefined, { lists, refusedLists }: StartPlan): ContactList {
  const [only, ...others] = lists;
  const found = id === undefined && others.length === 0 ? only : lists.find(list => list.id === id);
  if (found) return found;
  const refused = refusedLists.find(list => list.id === id || lists.length === 0);
  if (refused)
    throw new StartError(`The list ${refused.id ?? 'without an id'} is refused: ${refused.faults.join('; ')}`);
  const names = lists.map(list => list.id).join(', ') || 'no list that is enabled';
  const asked = id === undefined ? 'Say which list, with --list' : `There is no list ${id} that is enabled`;
  throw new StartError(`${asked}: CONTACT_LISTS has ${names}`);
}

async function previewFor(list: ContactList, mailbox: string | undefined, app: App): Promise<Preview> {
  if (mailbox === undefined) return app.previewList(list);
  const user = await app.findUser(mailbox);
  if (!user) throw new StartError(`There is no user ${mailbox} in the tenant: give an address or an object id`);
  const preview = await app.previewMailbox(list, user.id);
  if ('kind' in preview) throw new StartError(`${mailbox} gets nothing of the list ${list.id}: ${describe(preview)}`);
  return preview;
}
