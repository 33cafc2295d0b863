import * as z from 'zod';
import { fingerprint } from '../domain/fingerprint.ts';
import { type SyncedList, writingSettings } from './contactList.ts';
import { destinationIn, isByLanguage, undetermined } from './destination.ts';

/**
 * What of a list comes to its mailboxes in rings: how contacts are written, and where. Who receives it, who may see what,
 * what users may keep and the safeguards act at once (rules.md: Change in rings).
 */
export const definitionSettings = z.object({ ...writingSettings, photos: z.literal(true).optional() });
export type Definition = z.infer<typeof definitionSettings>;

export function definitionOf({
  mapping,
  destination,
  localDestination,
  removals,
  phones,
  defaults,
  existing = 'leave',
  photos,
}: SyncedList): Definition {
  const where = localDestination ?? destination;
  return { mapping, destination: where, removals, phones, defaults, existing, photos: photos ? true : undefined };
}

export function definitionPrint(list: SyncedList): string {
  return fingerprint(definitionOf(list));
}

/** The list as it is now, written as the definition says. */
export function withDefinition<List extends SyncedList>(list: List, definition: Definition): List {
  const { destination } = definition;
  return {
    ...list,
    ...definition,
    photos: definition.photos ?? false,
    phones: definition.phones,
    defaults: definition.defaults,
    destination: destinationIn(destination, undetermined),
    localDestination: isByLanguage(destination) ? destination : undefined,
  };
}
