/** `npm start`: everything on this machine, and a run of the sync at once. See `start/options.ts` for its options. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort, findFreePortNear, tryPort } from './freePort.ts';
import { partnersFile } from './sample-tenant/partnersFile.ts';
import { sampleTenant } from './sample-tenant/seed.ts';
import { describePortInUse } from './servicePorts.ts';
import { catchUp } from './start/catchUp.ts';
import { describeCommands } from './start/commands.ts';
import { createHostLauncher, type HostLauncher, type HostProcess } from './start/hostProcess.ts';
import { listenForInterruption } from './start/interruption.ts';
import { reportLaterRuns } from './start/laterRuns.ts';
import { type LocalServices, startLocalServices } from './start/localServices.ts';
import { readOptions, type StartOptions } from './start/options.ts';
import { planStart, type StartPlan } from './start/plan.ts';
import { describeStanding, findFailures, progressBar, summarise } from './start/report.ts';
import { connectToRuns, countHandled, followFirstRun, type Run, type RunsApi } from './start/runsApi.ts';
import { StartError } from './start/startError.ts';
import { runStep } from './start/steps.ts';

/** Where the Azure Functions Core Tools serve an app, too. */
const usualPort = 7071;

const succeeded = 0;
const failed = 1;
/** That of a process which a signal ended. */
const interrupted = 130;
const syncInterruption =
  'Stopping in the middle of the sync: requests under way are finished, for ten seconds at most. Ctrl-C again ends it at once.';
/** Milliseconds: the connections of a host that ends are cut before its end is known. */
const endIsKnownWithin = 1000;

/** What has to be stopped at the end, whatever that is. */
interface Running {
  readonly host: HostLauncher;
  services?: LocalServices;
  phase: Phase;
}

/** When `staying` the first run is over, and to be interrupted is the way to end. `kept` is what a next start finds. */
type Phase = { readonly kind: 'starting' | 'staying' } | { readonly kind: 'syncing'; readonly kept: string };

process.exit(await main());

async function main(): Promise<number> {
  const host = createHostLauncher(line => void process.stderr.write(`${line}\n`));
  const running: Running = { host, phase: { kind: 'starting' } };
  const interruption = listenForInterruption(() => {
    host.kill();
    process.exit(interrupted);
  });
  process.on('exit', host.kill); // whatever ends this process
  let code: number;
  try {
    code = await start(readOptions(process.argv.slice(2)), running, interruption);
  } catch (error) {
    code = interruption.aborted ? explainInterruption(running.phase) : explainFailure(error);
  }
  try {
    await host.stop();
    await running.services?.close();
  } catch (error) {
    code = explainFailure(error);
  }
  return code;
}

/** Stays until it is interrupted, or with --once until the run is over. Resolves with the exit code. */
async function start(options: StartOptions, running: Running, interruption: AbortSignal): Promise<number> {
  const plan = await planStart(options, process.env);
  const port = await choosePort(options);
  announce(plan, options, port);
  const services = await runStep(serviceNames(plan), () => startLocalServices(plan, options.dataDirectory));
  running.services = services;
  interruption.throwIfAborted();
  // One run needs no change notifications: those that come at once would take a part of it into a run of their own.
  const webhook = services.simulator && !options.once ? { WEBHOOK_URL: `http://127.0.0.1:${port}` } : {};
  const values = { ...services.values, ...webhook };
  const host = await runStep('Functions host', () => running.host.start(values, port, interruption));
  const signal = AbortSignal.any([interruption, host.died]);
  const key = services.values.LOCAL_FUNCTION_KEY ?? '';
  const api = connectToRuns(host.url, key, signal);
  try {
    running.phase = { kind: 'syncing', kept: describeKept(plan, options) };
    const run = await runFirst(api, signal);
    const failures = [...findFailures(run), ...plan.refusedLists.map(describeRefusal)];
    for (const line of ['', ...summarise(run, await api.lists())]) console.log(line);
    if (failures.length > 0) console.error(`Not everything was synced: ${failures.join('; ')}`);
    if (options.once) return failures.length > 0 ? failed : succeeded;
    running.phase = { kind: 'staying' };
    await api.fireTimer('renewSubscriptions'); // those of kept state lead to the port of the last start
    for (const line of await nextSteps(plan, services, host, key)) console.log(line);
    return await reportLaterRuns(api, run, line => console.log(line), signal);
  } catch (error) {
    await Promise.race([aborts(signal), wait(endIsKnownWithin)]);
    signal.throwIfAborted(); // what aborted is the reason to tell
    throw error;
  }
}

/** Before anything starts, so that it can be named at once. */
async function choosePort({ port }: StartOptions): Promise<number> {
  if (port === undefined) return findFreePortNear(usualPort);
  if (port === 0) return findFreePort();
  await refusePortInUse(port);
  return port;
}

/** Before anything starts, so that it is the first thing that is said. */
async function refusePortInUse(port: number): Promise<void> {
  try {
    await tryPort(port);
  } catch (error) {
    const problem = describePortInUse(error);
    if (!problem) throw error;
    throw new StartError(`Port ${port} ${problem.reason}: free it, name another with --port N, or leave --port out`);
  }
}

async function aborts(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function announce({ tenant, lists }: StartPlan, { dataDirectory }: StartOptions, port: number): void {
  if (tenant.kind === 'sample') {
    console.log('Contact Folder Sync with a sample tenant: nothing leaves this machine.');
  } else {
    const names = lists.map(({ id }) => id).join(', ') || 'none';
    console.log(`Contact Folder Sync with the REAL TENANT ${tenant.id} at ${tenant.graph}.`);
    console.log(`Contacts are written to the target mailboxes of these lists: ${names}.`);
    if (!dataDirectory)
      console.log('What was written is forgotten at the end and read anew next time; --data DIR keeps it.');
  }
  if (dataDirectory) console.log(`The state is kept in ${dataDirectory}.`);
  if (tenant.kind === 'sample') console.log(`The console will be at http://127.0.0.1:${port}/api/console`);
}

function serviceNames({ tenant }: StartPlan): string {
  const storage = 'Azurite and Service Bus broker';
  return tenant.kind === 'sample' ? `${storage}, Graph simulator with the sample tenant` : storage;
}

async function runFirst(api: RunsApi, signal: AbortSignal): Promise<Run> {
  const since = Date.now();
  const [previous] = await api.latest();
  if (previous) console.log(`Goes on after the run of ${previous.startedAt}: ${describeStanding(await api.lists())}.`);
  return runStep('Sync', async say => {
    await api.fireTimer('scheduleSync');
    let shown = 0;
    const run = await followFirstRun(
      api,
      since,
      run => {
        const handled = countHandled(run);
        const step = process.stdout.isTTY ? 1 : Math.ceil(run.mailboxes.total / 10);
        if (handled - shown < step && handled < run.mailboxes.total) return;
        shown = handled;
        say(progressBar(run));
      },
      signal,
    );
    await catchUp(api, since, say, signal);
    // The schedule may have fired beside it, for what was left to do: the first run is the one to tell of.
    if (didWork(run, since)) return await api.run(run.id);
    return (await api.latest()).find(each => didWork(each, since)) ?? run;
  });
}

function didWork({ state, startedAt, mailboxes }: Run, since: number): boolean {
  return state === 'finished' && Date.parse(startedAt) >= since && mailboxes.total > 0;
}

function describeRefusal({ id, faults }: StartPlan['refusedLists'][number]): string {
  return `the list ${id ?? 'without an id'} is refused (${faults.join('; ')})`;
}

async function nextSteps(
  { tenant, lists, values }: StartPlan,
  services: LocalServices,
  { url }: HostProcess,
  key: string,
): Promise<string[]> {
  const { simulator } = services;
  const [list] = lists;
  const places = simulator === undefined ? undefined : { hostUrl: url, key, simulator };
  const commands = places && list ? await describeCommands(places, list, sampleTenant.firstMember) : [];
  const schedule = tenant.kind === 'sample' ? 'every 30 seconds' : `on the schedule ${values.SYNC_SCHEDULE}`;
  return [
    '',
    ...commands,
    ...storageLines(services.values),
    ...(simulator && lists.some(({ id }) => id === 'partners') ? partnersLines(url, key) : []),
    `How the runs went:`,
    `  curl -s -w '\\n' -H 'x-functions-key: ${key}' '${url}/api/runs'`,
    'Your own lists, previews and the rest of the HTTP API: README.md.',
    '',
    `Stays up and syncs ${schedule}; Ctrl-C stops everything.`,
    ...(tenant.kind === 'sample' ? [`open ${url}/api/console`] : []),
  ];
}

/** What `az storage` and `npm run tables` ask for. */
function storageLines({ AzureWebJobsStorage, TABLES_CONNECTION }: LocalServices['values']): string[] {
  return [
    'The storage of this start, for the commands of the docs:',
    `  export AZURE_STORAGE_CONNECTION_STRING='${AzureWebJobsStorage}'`,
    `  export TABLES_CONNECTION='${TABLES_CONNECTION}'`,
  ];
}

/** The list of two sources: what is written into a copy of the file arrives. */
function partnersLines(url: string, key: string): string[] {
  return [
    `The list "partners" joins ${partnersFile} with the directory. Change the file, and send it:`,
    `  curl -s -w '\\n' -X PUT -H 'x-functions-key: ${key}' -H 'Content-Type: text/csv' --data-binary @${partnersFile} '${url}/api/lists/partners/sources/partners/file'`,
  ];
}

/** Says what happens now, and returns the exit code. */
function explainInterruption(phase: Phase): number {
  console.error(phase.kind === 'syncing' ? `${syncInterruption}\n${phase.kept}` : 'Stopping.');
  return phase.kind === 'staying' ? succeeded : interrupted;
}

function describeKept({ tenant }: StartPlan, { dataDirectory }: StartOptions): string {
  if (dataDirectory) return `The next start with --data ${dataDirectory} goes on from here.`;
  if (tenant.kind === 'sample') return 'The next start begins anew; with --data DIR it would go on from here.';
  return 'What was written stays in the mailboxes, and the next start finds it there.';
}

/** Says why it ended, and returns the exit code. */
function explainFailure(error: unknown): number {
  const isKnown = error instanceof StartError || !(error instanceof Error);
  console.error(isKnown ? `${error instanceof Error ? error.message : error}` : error.stack);
  return failed;
}
