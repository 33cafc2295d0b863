import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';

/** Anything else may be lists that lost a bracket or were quoted twice: an error must not repeat the addresses in them. */
const looksLikePath = /^[\w .\\/:()-]{1,260}$/;
/** Windows editors put it before what they save. */
const byteOrderMark = /^\uFEFF/;

/** The entries that `CONTACT_LISTS` holds, or the file that it names; or what is wrong with it, for people. */
export function readContactLists(setting: string | undefined, appRoot: string): unknown[] | string {
  if (!setting) return 'is missing: give the lists as JSON text, or the path of a JSON file below the app';
  const text = setting.trim();
  if (text.startsWith('[') || text.startsWith('{')) return parseJsonArray(text, 'is');
  if (!looksLikePath.test(text)) return 'is neither JSON (it would start with "[") nor the path of a JSON file';
  const path = resolve(appRoot, text);
  if (!path.startsWith(resolve(appRoot) + sep)) return `names the file "${text}", which is not below the app's folder`;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return `names the file "${text}", which cannot be read: give the path of a JSON file, from the app's folder on`;
  }
  return parseJsonArray(content.replace(byteOrderMark, ''), `names the file "${text}", which is`);
}

function parseJsonArray(text: string, subject: string): unknown[] | string {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : `${subject} not a JSON array: write [ {...}, {...} ]`;
  } catch (error) {
    const [position] = /at position \d+( \(.+\))?/.exec(String(error)) ?? [
      'look for a missing quote, comma or bracket',
    ];
    return `${subject} not valid JSON (${position})`;
  }
}
