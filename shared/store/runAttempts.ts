import * as z from 'zod';
import type { Properties } from '../ports/tableStorage.ts';
import { readIfReadable, readJson } from './columns.ts';

/** An attempt of a message is not delivered again after so many others of it. */
const mostApart = 10;
/** `attempt<message>_<number>`: what that attempt did. */
const numbered = /^attempt(.+)_(\d+)$/;
/** A property holds 32,768 UTF-16 units; a note takes about 500. */
const mostNotes = 30;

const numbers = z.record(z.string(), z.record(z.string(), z.number())).default({});
const notes = z.array(z.unknown()).default([]);
type Numbers = z.infer<typeof numbers>;

/**
 * A row of a mailbox in a run, whose attempts have a column each so that one that is reported again replaces itself:
 * what a message's attempts did long before is one sum, in a column that reads like one more attempt. A mailbox that
 * Graph throttles for hours takes more attempts than a row of Table Storage may have columns, which are 252.
 */
export function joinEarlyAttempts(properties: Properties): Properties {
  const attempts = attemptsIn(properties);
  const latest = new Map<string, number>();
  for (const { message, number } of attempts) latest.set(message, Math.max(number, latest.get(message) ?? 0));
  return attempts
    .filter(({ message, number }) => number <= (latest.get(message) ?? 0) - mostApart)
    .reduce((row, { message, number }) => readIfReadable(() => join(row, message, number)) ?? row, properties);
}

function attemptsIn(properties: Properties): { readonly message: string; readonly number: number }[] {
  return Object.keys(properties).flatMap(column => {
    const [, message, number] = numbered.exec(column) ?? [];
    return message !== undefined && number !== undefined ? [{ message, number: Number(number) }] : [];
  });
}

/** @throws UnreadableProperty */
function join(properties: Properties, message: string, number: number): Properties {
  const [done, told] = [`attempt${message}_${number}`, `notes${message}_${number}`];
  const [sum, allTold] = [`attempt${message}_earlier`, `notes${message}_earlier`];
  const { [done]: _done, [told]: hasNotes, ...others } = properties;
  const doneSoFar = addNumbers(readJson(sum, numbers, properties), readJson(done, numbers, properties));
  const toldSoFar = [...readJson(allTold, notes, properties), ...readJson(told, notes, properties)];
  return {
    ...others,
    [sum]: JSON.stringify(doneSoFar),
    ...(hasNotes !== undefined && { [allTold]: JSON.stringify(toldSoFar.slice(0, mostNotes)) }),
  };
}

function addNumbers(one: Numbers, other: Numbers): Numbers {
  const sum: Record<string, Record<string, number>> = structuredClone(one);
  for (const [kind, counts] of Object.entries(other)) {
    const counted = sum[kind] ?? {};
    for (const [name, count] of Object.entries(counts)) counted[name] = (counted[name] ?? 0) + count;
    sum[kind] = counted;
  }
  return sum;
}
