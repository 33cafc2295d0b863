import { unparsableQuery } from './graphError.ts';

export type Paging = { top: number; skip: number; count: boolean };

const largestPage = 1000;

/** `$top`, `$skip` and `$count` of a list in a mailbox. */
export function readPaging(query: URLSearchParams, defaultTop: number): Paging {
  const top = readNumber(query, '$top') ?? defaultTop;
  if (top < 1)
    throw unparsableQuery(
      `Invalid value '${top}' for $top query option found. The $top query option requires a positive integer value.`,
    );
  if (top > largestPage) {
    throw unparsableQuery(
      `The limit of '${largestPage}' for Top query has been exceeded. The value from the incoming request is '${top}'.`,
    );
  }
  return { top, skip: readNumber(query, '$skip') ?? 0, count: query.get('$count')?.toLowerCase() === 'true' };
}

function readNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw unparsableQuery(`Invalid value '${text}' for ${name} query option found.`);
  return Number(text);
}
