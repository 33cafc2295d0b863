/**
 * Asks a real tenant what documents leave open and the app relies on, once after the first deployment: see
 * infra/docs/trust.md. Everything happens in one contact folder that it makes in the mailbox named, and removes again.
 * Ends with 0 when all is as the app relies on, with 1 when something is different, with 2 when it could not ask.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createCredential } from '../../test/local/preview/services.ts';
import { readSettings } from '../../test/local/settings.ts';
import { credentialNames } from '../../test/local/start/plan.ts';
import { openConversation, Refusal } from './first-deployment-check/conversation.ts';
import { Difference } from './first-deployment-check/finding.ts';
import { OptionError, readOptions } from './first-deployment-check/options.ts';
import { type Question, questions } from './first-deployment-check/questions.ts';
import { type Trial, withTrial } from './first-deployment-check/trial.ts';

const asReliedOn = 0;
const different = 1;
const notAsked = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { mailbox, webhook, settingsFile } = readOptions(process.argv.slice(2));
    const values = { ...(settingsFile && (await readFile(settingsFile))), ...environmentOf(process.env) };
    requireCredential(values);
    const endpoint = values.GRAPH_ENDPOINT ?? 'https://graph.microsoft.com';
    const graph = openConversation({ endpoint, credential: createCredential(values), wait });
    const differences = await withTrial({ graph, mailbox, webhook, tenantId: tenantOf(values) }, askAll);
    console.log('The folder and what was made in it are removed.');
    return differences === 0 ? asReliedOn : different;
  } catch (error) {
    console.error(`This could not be asked, or not be cleaned up: ${describe(error)}`);
    return notAsked;
  }
}

/** How many answers are not what the app relies on. */
async function askAll(trial: Trial): Promise<number> {
  let differences = 0;
  for (const question of questions) {
    const { mark, detail } = await answer(question, trial);
    console.log(`${mark.padEnd(9)}  ${question.name}: ${detail}`);
    if (mark === 'DIFFERENT') differences += 1;
  }
  return differences;
}

async function answer({ ask }: Question, trial: Trial): Promise<{ mark: string; detail: string }> {
  try {
    const seen = await ask(trial);
    if (seen === undefined) return { mark: 'not asked', detail: 'say where the app answers, with --webhook' };
    return { mark: 'ok', detail: seen };
  } catch (error) {
    return { mark: 'DIFFERENT', detail: describe(error) };
  }
}

/** Of errors that are not ours name and code alone: their text may repeat an address. */
function describe(error: unknown): string {
  if (error instanceof Difference || error instanceof Refusal || error instanceof OptionError) return error.message;
  if (!(error instanceof Error)) return typeof error;
  const [entraCode] = /AADSTS\d+/.exec(error.message) ?? [];
  const { code } = Object(error.cause ?? error);
  return [error.name, entraCode, code].filter(Boolean).join(' ');
}

async function readFile(settingsFile: string): Promise<Record<string, string>> {
  try {
    return await readSettings(settingsFile);
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : 'The settings cannot be read');
  }
}

function environmentOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['GRAPH_ENDPOINT', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', ...credentialNames];
  return Object.fromEntries(names.flatMap(name => (environment[name] ? [[name, environment[name]]] : [])));
}

/** The settings of the app name it, too. */
function tenantOf(values: Readonly<Record<string, string>>): string | undefined {
  return values.CONSOLE_TENANT_ID || values.AZURE_TENANT_ID;
}

/** A managed identity, too, has its endpoint in the environment. */
function requireCredential(values: Readonly<Record<string, string>>): void {
  if (values.IDENTITY_ENDPOINT || credentialNames.every(name => values[name])) return;
  throw new OptionError(`Set ${credentialNames.join(', ')}, in the environment or in the file of --settings`);
}
