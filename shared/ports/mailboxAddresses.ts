/**
 * The addresses of mailboxes, for people: by id, without those that could not be found out. Never rejects, and takes a
 * few seconds at most. An address is for whoever asks, and gets into no row, message or log.
 */
export type FindAddresses = (mailboxIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
