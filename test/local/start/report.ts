import { countHandled, type Run, type RunProblem } from './runsApi.ts';

const barWidth = 24;
const mostProblems = 20;

const number = new Intl.NumberFormat('en');

/** `[████░░] 12/25 mailboxes, 3,000 contacts written` */
export function progressBar(run: Run): string {
  const { total } = run.mailboxes;
  if (total === 0) return 'Reading the sources and who receives them';
  const handled = countHandled(run);
  const filled = total === 0 ? 0 : Math.round((handled / total) * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  return `[${bar}] ${handled}/${total} mailboxes, ${number.format(contactsWritten(run))} contacts written`;
}

/** The table at the end of a run; problems name ids only. */
export function summarise(run: Run): string[] {
  const { mailboxes, contacts, graph } = run;
  const rows = [
    ['Mailboxes', counts({ done: mailboxes.done, ...nonZero(mailboxes, ['skipped', 'waiting', 'failed']) })],
    ['Contacts', counts(contacts)],
    ['Graph', counts({ requests: graph.requests, 'round trips': graph.roundTrips })],
    ['Time', `${secondsOf(run).toFixed(1)} s`],
  ];
  return [`Run ${run.id}`, ...rows.map(([name = '', text]) => `  ${name.padEnd(10)} ${text}`), ...problemLines(run)];
}

/** One line of a later run. */
export function summariseInOneLine(run: Run): string {
  const { mailboxes, contacts, problems } = run;
  const time = new Date(run.startedAt).toTimeString().slice(0, 8);
  const parts = [
    `${number.format(mailboxes.done)} of ${number.format(mailboxes.total)} mailboxes`,
    counts(nonZero(contacts, ['created', 'updated', 'deleted', 'failed'])),
    `${number.format(run.graph.requests)} requests`,
    ...problems.slice(0, 3).map(problem => `${problem.code} (${placeOf(problem)})`),
  ];
  return `${time} ${run.cause} run: ${parts.filter(Boolean).join(', ')}, ${secondsOf(run).toFixed(1)} s`;
}

/** Why the run counts as failed: nothing if all its work is done. A skipped mailbox is no failure. */
export function findFailures({ mailboxes, contacts, problems }: Run): string[] {
  const ofLists = problems.filter(({ mailbox }) => mailbox === undefined).length;
  return [
    ...(mailboxes.failed > 0 ? [`${mailboxes.failed} mailboxes failed`] : []),
    ...(mailboxes.waiting > 0 ? [`${mailboxes.waiting} mailboxes wait for another try`] : []),
    ...(contacts.failed > 0 ? [`${contacts.failed} contacts could not be written`] : []),
    ...(ofLists > 0 ? [`${ofLists} problems with lists`] : []),
  ];
}

function problemLines({ id, problems }: Run): string[] {
  if (problems.length === 0) return [];
  const lines = problems
    .slice(0, mostProblems)
    .map(problem => `  ${problem.code} (${placeOf(problem)}): ${problem.detail}`);
  const rest = problems.length - lines.length;
  return ['Problems', ...lines, ...(rest > 0 ? [`  and ${rest} more: GET /api/runs/${id}`] : [])];
}

function placeOf({ list, mailbox }: RunProblem): string {
  return [list && `list ${list}`, mailbox && `mailbox ${mailbox}`].filter(Boolean).join(', ') || 'run';
}

function contactsWritten({ contacts: { created, updated, deleted } }: Run): number {
  return created + updated + deleted;
}

function nonZero<Name extends string>(values: Record<Name, number>, names: readonly Name[]): Record<string, number> {
  return Object.fromEntries(names.filter(name => values[name] > 0).map(name => [name, values[name]]));
}

function counts(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${number.format(value)} ${name}`)
    .join(', ');
}

function secondsOf({ startedAt, finishedAt }: Run): number {
  return finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
