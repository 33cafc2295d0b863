/**
 * The value of a secret, by its name in the key vault. Never from the settings, which many people may read.
 *
 * @throws SecretUnavailable
 */
export type ReadSecret = (name: string) => Promise<string>;

/** A secret that cannot be read now. The message names the secret and the service's code, and nothing of its value. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
  readonly secret: string;

  constructor(secret: string, code: string, options?: ErrorOptions) {
    super(`The secret "${secret}" could not be read (${code})`, options);
    this.secret = secret;
  }
}
