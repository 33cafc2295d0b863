import { writeCsv } from './csv.ts';
import type { AddressedProof } from './proof.ts';

const header = ['mailbox', 'address', 'state', 'because', 'at', 'places', 'detail'];

/** The mailboxes of a proof, then the totals, then when that was so and by what it was found out. */
export function writeProof({ mailboxes, totals, at, verified, notes }: AddressedProof): string {
  return writeCsv([
    header,
    ...mailboxes.map(({ id, address = '', state, because = '', at: endedAt = '', places = [], detail }) => {
      const kinds = [...new Set(places.map(({ kind }) => kind))].join(' ');
      return [id, address, state, because, endedAt, kinds, detail];
    }),
    ...Object.entries(totals).map(([state, count]) => ['total', '', state, '', '', '', String(count)]),
    [
      'time',
      ...['', '', ''],
      at,
      '',
      verified ? 'The mailboxes were looked into' : 'As the app knows it: no mailbox was asked',
    ],
    ...notes.map(({ code, detail }) => ['note', '', '', code, '', '', detail]),
  ]);
}
