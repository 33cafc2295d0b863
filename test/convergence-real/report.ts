import type { ConvergenceResult } from './convergence.ts';
import type { HostLife, Memory } from './hosts.ts';

const mostViolations = 20;

/** The figures as text; ids and names of fields, never what a contact says. */
export function formatResult({ figures, hosts, logs }: ConvergenceResult): string {
  const { violations } = figures;
  const shown = violations.slice(0, mostViolations).map(({ code, detail }) => `  ${code}: ${detail}`);
  const more = violations.length - shown.length;
  return [
    line('Source edits', formatCounts(figures.sourceEdits)),
    line('User edits', formatCounts(figures.userEdits)),
    line('Fault rules', formatCounts(figures.faultRules)),
    line('Runs asked for', formatCounts(figures.resyncs)),
    line('Crashes', String(figures.crashes)),
    line('Compared', `${whole(figures.contactsCompared)} contacts in ${figures.mailboxesCompared} mailboxes`),
    line('Kept for users', `${figures.keptForUsers} contacts, and ${figures.ownContacts} of their own`),
    line('Violations', String(violations.length)),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(logs === undefined ? [] : [line('Logs of the hosts', logs)]),
    '',
    ...formatHosts(hosts),
    '',
  ].join('\n');
}

/** Hosts that lived to the end each, those that were killed as one line. */
function formatHosts(hosts: readonly HostLife[]): string[] {
  const killed = hosts.filter(life => life.killed);
  const peaks = killed.flatMap(({ end }) => end?.peak ?? []);
  const alive = hosts.filter(life => !life.killed).sort((left, right) => (left.name < right.name ? -1 : 1));
  return [
    ...alive.map(({ name, startedAt, endedAt, start, end }) => {
      const age = `${Math.round((endedAt - startedAt) / 1000)} s`;
      return line(`Memory, ${name}`, `${formatMemory(start)} at its start, ${formatMemory(end)} after ${age}`);
    }),
    ...(peaks.length === 0
      ? []
      : [line('Memory, killed', `${peaks.length} processes, peak at most ${Math.max(...peaks)} MB`)]),
  ];
}

function formatMemory(memory: Memory | undefined): string {
  return memory ? `${memory.resident} MB (peak ${memory.peak})` : '-';
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  const names = Object.keys(counts).sort();
  const total = names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  return `${whole(total)} (${names.map(name => `${name} ${counts[name]}`).join(', ')})`;
}

function line(label: string, text: string): string {
  return `${label.padEnd(18)} ${text}`;
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
