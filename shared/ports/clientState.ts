/**
 * The secret that Graph repeats in every notification, 1 to 128 characters: who does not know it cannot send one.
 * Methods reject with `ClientStateUnavailable`.
 */
export interface ClientState {
  read(): Promise<string>;
  /** Compares in a time that says nothing about the secret. One that was replaced a moment ago counts. */
  matches(given: string): Promise<boolean>;
}

/** The secret cannot be read now. The message says why, and never what it is. */
export class ClientStateUnavailable extends Error {
  override readonly name = 'ClientStateUnavailable';
}
