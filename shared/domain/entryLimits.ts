import type { ListField } from './contact.ts';

export type EntryLimits = Readonly<Partial<Record<ListField, number>>>;

/** What Exchange takes of them at most; of the other lists it takes any number. */
export const entryLimits: EntryLimits = { businessPhones: 2, homePhones: 2, imAddresses: 3 };
