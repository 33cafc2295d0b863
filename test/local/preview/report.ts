import type { Preview, PreviewOperation } from '../../../shared/api/preview.ts';
import { adviseOn } from './advice.ts';

const number = new Intl.NumberFormat('en');

/** The preview as a table for people; `shown` is how many operations it holds. */
export function describePreview(preview: Preview, shown: number): string[] {
  const { mailboxes, estimated, notes, problems } = preview;
  const denied = new Set(problems.filter(({ code }) => /denied/i.test(code)).map(({ code }) => adviseOn(code)));
  const about = estimated ? 'about ' : '';
  const rows: [string, string][] = [
    ['List', preview.list],
    ['Mailbox', preview.mailbox ?? describeMailboxes(mailboxes, about)],
    [
      'Contacts',
      Object.entries(countsOf(preview))
        .map(([name, count]) => `${about}${number.format(count)} ${name}`)
        .join(', '),
    ],
    ...notes.map((note): [string, string] => ['Note', note]),
    ...problems.map(({ code, detail }): [string, string] => ['Problem', `${code}: ${detail}`]),
    ...[...denied].map((advice): [string, string] => ['To do', advice]),
  ];
  return [
    ...rows.map(([name, text]) => `${name.padEnd(10)} ${text}`),
    ...describeOperations(preview.operations, shown),
    '',
    'This is what the next run would do. Nothing was written.',
  ];
}

function countsOf({ creates, patches, deletes, kept, held, adopts, givesBack, photos }: Preview) {
  return {
    ...{ created: creates, updated: patches, deleted: deletes, kept, held },
    ...(adopts && { 'taken over': adopts }),
    ...(givesBack && { 'given back': givesBack }),
    ...(photos && { photos }),
  };
}

function describeMailboxes(mailboxes: Preview['mailboxes'], about: string): string {
  const { total = 0, changed = 0, waiting = 0 } = mailboxes ?? {};
  const written = `targets: ${number.format(total)}, to be written to: ${about}${number.format(changed)}`;
  return waiting > 0 ? `${written}, waiting: ${number.format(waiting)}` : written;
}

function describeOperations(operations: readonly PreviewOperation[], shown: number): string[] {
  const first = operations.slice(0, shown);
  if (first.length === 0) return [];
  const nameOf = ({ displayName, sourceKey }: PreviewOperation) => shorten(displayName ?? sourceKey);
  const width = Math.max(...first.map(operation => nameOf(operation).length));
  const lines = first.map(each => `${each.action.padEnd(7)} ${nameOf(each).padEnd(width)}  ${each.reason}`);
  const more = operations.length - first.length;
  return ['', ...lines, ...(more > 0 ? [`and ${number.format(more)} more: --operations N or --json shows them`] : [])];
}

function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
