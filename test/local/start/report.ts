import { countHandled, type ListStanding, type Run, type RunProblem } from './runsApi.ts';

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

/** The table at the end of a run, with how the lists stand then; problems name ids only. */
export function summarise(run: Run, lists: readonly ListStanding[]): string[] {
  const { mailboxes, contacts, graph } = run;
  const handled = { done: mailboxes.done, ...nonZero(mailboxes, ['skipped', 'waiting', 'failed']) };
  const rows = [
    ['Mailboxes', mailboxes.total === 0 ? 'nothing to do' : counts(handled)],
    ['Contacts', counts(always(contacts))],
    ['Graph', counts({ requests: graph.requests, 'round trips': graph.roundTrips })],
    ['Time', `${secondsOf(run).toFixed(1)} s`],
    ...lists.map(list => [`List ${list.id ?? 'without an id'}`, describeList(list)]),
  ];
  const width = Math.max(10, ...rows.map(([name = '']) => name.length));
  return [`Run ${run.id}`, ...rows.map(([name = '', text]) => `  ${name.padEnd(width)} ${text}`), ...problemLines(run)];
}

/** One that is not read has no number of contacts to tell. */
function describeList(list: ListStanding): string {
  if (list.state === 'refused' || list.state === 'paused') return list.state;
  return `${describeContacts(list)}; ${describeMailboxes(list)}`;
}

/** `251 contacts, of which 1 is private` */
function describeContacts({ contacts, private: hidden = 0 }: ListStanding): string {
  const all = several(contacts, 'contact', 'contacts');
  return hidden === 0 ? all : `${all}, of which ${several(hidden, 'is', 'are')} private`;
}

/** `25 mailboxes are current, 2 skipped`, of several lists each by its id: they may share mailboxes. */
export function describeStanding(lists: readonly ListStanding[]): string {
  const isOnly = lists.length === 1;
  return lists.map(list => `${isOnly ? '' : `${list.id}: `}${describeMailboxes(list)}`).join('; ');
}

function describeMailboxes({ mailboxes }: ListStanding): string {
  const others = (['behind', 'waiting', 'failed', 'leaving', 'skipped'] as const).filter(state => mailboxes[state] > 0);
  const first = `${several(mailboxes.current, 'mailbox is', 'mailboxes are')} current`;
  return [first, ...others.map(state => `${number.format(mailboxes[state])} ${state}`)].join(', ');
}

/** One line of a later run. */
export function summariseInOneLine(run: Run): string {
  const { mailboxes, contacts, problems } = run;
  const time = new Date(run.startedAt).toTimeString().slice(0, 8);
  const parts = [
    `${number.format(mailboxes.done)} of ${number.format(mailboxes.total)} mailboxes`,
    counts(nonZero(contacts, ['created', 'updated', 'deleted', 'failed', 'adopted', 'photos'])),
    `${number.format(run.graph.requests)} requests`,
    ...problems.slice(0, 3).map(problem => `${problem.code} (${placeOf(problem)})`),
  ];
  return `${time} ${run.cause} run: ${parts.filter(Boolean).join(', ')}, ${secondsOf(run).toFixed(1)} s`;
}

/** Why the run counts as failed: nothing if all its work is done. A skipped mailbox is no failure. */
export function findFailures({ mailboxes, contacts, problems }: Run): string[] {
  const ofLists = problems.filter(({ mailbox }) => mailbox === undefined).length;
  return [
    ...(mailboxes.failed > 0 ? [`${several(mailboxes.failed, 'mailbox', 'mailboxes')} failed`] : []),
    ...(mailboxes.waiting > 0 ? [`${several(mailboxes.waiting, 'mailbox', 'mailboxes')} to be tried again`] : []),
    ...(contacts.failed > 0 ? [`${several(contacts.failed, 'contact', 'contacts')} could not be written`] : []),
    ...(ofLists > 0 ? [`${several(ofLists, 'problem', 'problems')} with lists`] : []),
  ];
}

/** Where nothing failed, what is left are mailboxes that cannot get the list, and why. */
function problemLines(run: Run): string[] {
  const { id, problems } = run;
  if (problems.length === 0) return [];
  const lines = problems
    .slice(0, mostProblems)
    .map(problem => `  ${problem.code} (${placeOf(problem)}): ${problem.detail}`);
  const rest = problems.length - lines.length;
  return [
    findFailures(run).length > 0 ? 'Problems' : 'Skipped',
    ...lines,
    ...(rest > 0 ? [`  and ${rest} more: GET /api/runs/${id}`] : []),
  ];
}

function placeOf({ list, mailbox }: RunProblem): string {
  return [list && `list ${list}`, mailbox && `mailbox ${mailbox}`].filter(Boolean).join(', ') || 'run';
}

function several(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

function contactsWritten({ contacts: { created, updated, deleted, adopted = 0, photos = 0 } }: Run): number {
  return created + updated + deleted + adopted + photos;
}

/** The rarer kinds only where there are any. */
function always({ adopted, photos, ...contacts }: Run['contacts']): Record<string, number> {
  return { ...contacts, ...(adopted && { adopted }), ...(photos && { photos }) };
}

function nonZero<Name extends string>(
  values: { readonly [name in Name]?: number | undefined },
  names: readonly Name[],
): Record<string, number> {
  const all = names.map(name => [name, values[name] ?? 0] as const);
  return Object.fromEntries(all.filter(([, value]) => value > 0));
}

function counts(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${number.format(value)} ${name}`)
    .join(', ');
}

function secondsOf({ startedAt, finishedAt }: Run): number {
  return finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
