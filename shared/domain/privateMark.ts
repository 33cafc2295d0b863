import type { Contact } from './contact.ts';

/** As exports and databases write it: of Outlook's columns "Private" and "Sensitivity", and PidTagSensitivity 2. */
const marks = ['private', 'privat', 'true', 't', 'wahr', 'yes', 'y', 'ja', 'on', 'ein', '1', '2', 'x'];

export function isPrivateMark(text: string): boolean {
  return marks.includes(text.trim().toLowerCase());
}

/** For a list that shares what is marked private. */
export function withoutPrivateMark<Row extends { readonly contact: Contact | null }>(row: Row): Row {
  if (!row.contact?.sensitivity) return row;
  const { sensitivity: _, ...contact } = row.contact;
  return { ...row, contact };
}
