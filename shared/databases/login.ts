/** How to sign in: a password, or a token of Entra for the app's identity. */
export interface DatabaseLogin {
  readonly by: 'password' | 'token';
  readonly secret: string;
  /** Certificates in PEM that are trusted instead of the public ones. */
  readonly ca: string | undefined;
}
