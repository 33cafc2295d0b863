import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Contact } from '../../shared/domain/contact.ts';
import type { DirectoryValues } from '../../shared/ports/directoryReader.ts';
import { FileUnavailable } from '../../shared/ports/sourceFiles.ts';
import { type Connections, parseConnections } from '../../shared/settings/connections.ts';
import { contactKey } from '../../shared/sources/exchange-server/contactKey.ts';
import type { SourceAdapters } from '../../shared/sources/index.ts';
import { memoryDatabase } from './database.ts';
import { openMemoryDirectoryReader } from './directoryReader.ts';
import { openMemoryExchangeServer } from './exchangeServer.ts';
import { createMemoryFiles } from './sourceFiles.ts';
import { createSourceRows, type SourceRows } from './sourceRows.ts';

/** What a place holds of somebody, whatever its kind. */
export interface PlacedPerson {
  readonly address: string;
  readonly displayName: string;
  readonly department?: string | undefined;
  readonly mobilePhone?: string | undefined;
}

/** What a source reads, as whoever keeps it changes it. Keys are of digits. */
export interface SourcePlace {
  /** Of a source that reads it. */
  readonly settings: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** The id that the source gives a contact. */
  idOf(key: string): string;
  put(key: string, person: PlacedPerson): void;
  remove(key: string): void;
  breakOff(): void;
  mend(): void;
  killCursors(): void;
  /** Every reading meets it from now on. */
  fail(error: Error): void;
}

const sqlColumns = ['id', 'displayName', 'department', 'mobilePhone', 'email'];
const csvColumns = { displayName: 'Name', department: 'Unit', mobilePhone: 'Mobile', 'emailAddresses[0]': 'Mail' };

/** One place of each kind beside the contact folders, and what sources reach them through. */
export function createSourcePlaces(clock: { now(): number } = { now: () => 0 }) {
  const users = createSourceRows<DirectoryValues>();
  const userPhotos = { photos: new Map<string, Uint8Array>(), asked: [] as string[] };
  const table = createSourceRows<readonly (string | null)[]>();
  const items = createSourceRows<Contact>();
  const files = createMemoryFiles(() => clock.now());
  const csv = csvPlace(files);

  const places = {
    csv,
    directory: placeOf(users, { kind: 'directory' }, key => key, userOf),
    sql: placeOf(
      table,
      { kind: 'sql', connection: 'crm', key: 'id', query: 'SELECT * FROM people' },
      key => key,
      rowOf,
    ),
    exchangeServer: placeOf(
      items,
      { kind: 'exchangeServer', connection: 'onprem', mailbox: 'reader@contoso.example', folders: ['contacts'] },
      contactKey,
      contactOf,
    ),
  };
  const adapters = {
    files,
    openDatabase: memoryDatabase(sqlColumns, table),
    openExchangeServer: () => openMemoryExchangeServer(items),
    openDirectoryReader: () => openMemoryDirectoryReader(users, userPhotos.photos, userPhotos.asked),
  } satisfies Partial<SourceAdapters>;
  return { places, userPhotos, adapters, connections: connectionsOfPlaces() };
}

function placeOf<Row>(
  rows: SourceRows<Row>,
  settings: SourcePlace['settings'],
  idOf: SourcePlace['idOf'],
  rowOfPerson: (person: PlacedPerson, key: string) => Row,
): SourcePlace {
  return {
    settings,
    idOf,
    put: (key, person) => rows.put(key, rowOfPerson(person, key)),
    remove: key => rows.remove(key),
    breakOff: () => {
      rows.isBroken = true;
    },
    mend: () => {
      rows.isBroken = false;
    },
    killCursors: () => rows.killCursors(),
    fail(error) {
      rows.failure = error;
    },
  };
}

/** A file that is written whole at each change, and cut within its last row where the copying broke off. */
function csvPlace(files: ReturnType<typeof createMemoryFiles>): SourcePlace {
  const people = new Map<string, PlacedPerson>();
  let end = '';
  write();
  return {
    settings: { kind: 'csv', blob: 'people.csv', key: 'Nr', columns: csvColumns },
    idOf: key => bytesToHex(sha256(utf8ToBytes(key))),
    put(key, person) {
      people.set(key, person);
      write();
    },
    remove(key) {
      people.delete(key);
      write();
    },
    breakOff() {
      end = '0,"Zo';
      write();
    },
    mend() {
      end = '';
      write();
    },
    killCursors: write,
    fail(error) {
      if (error instanceof FileUnavailable) files.failure = error;
    },
  };

  function write(): void {
    const rows = [...people].map(([key, { displayName, department = '', mobilePhone = '', address }]) =>
      [key, displayName, department, mobilePhone, address].map(text => `"${text}"`).join(','),
    );
    files.put('people.csv', ['Nr,Name,Unit,Mobile,Mail', ...rows, end].join('\n'));
  }
}

function userOf({ address, displayName, department, mobilePhone }: PlacedPerson): DirectoryValues {
  return {
    mail: address,
    userPrincipalName: address,
    accountEnabled: true,
    displayName,
    department: department ?? null,
    mobilePhone: mobilePhone ?? null,
  };
}

function rowOf({ address, displayName, department, mobilePhone }: PlacedPerson, key: string) {
  return [key, displayName, department ?? null, mobilePhone ?? null, address];
}

function contactOf({ address, displayName, department, mobilePhone }: PlacedPerson): Contact {
  return {
    displayName,
    emailAddresses: [{ address }],
    ...(department === undefined ? {} : { department }),
    ...(mobilePhone === undefined ? {} : { mobilePhone }),
  };
}

function connectionsOfPlaces(): Connections {
  const connections = parseConnections(
    JSON.stringify({
      crm: { kind: 'postgres', host: 'db.contoso.example', database: 'crm', user: 'reader' },
      onprem: {
        kind: 'exchangeServer',
        url: 'https://mail.contoso.example/EWS/Exchange.asmx',
        user: 'reader',
        passwordSecret: 'reader',
      },
    }),
  );
  if (typeof connections === 'string') throw new Error(connections);
  return connections;
}
