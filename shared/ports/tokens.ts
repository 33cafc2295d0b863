/** Who the app is, for services that it signs in to with a token of Entra. */
export interface TokenCredential {
  /** Rejects, or gives null, where there is no token. */
  getToken(scope: string): Promise<{ readonly token: string } | null>;
}
