/** Codes of Node for a certificate that does not convince. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SIGNATURE|ISSUER|CHAIN|^HOSTNAME_MISMATCH$/.test(code);
}

/** A word that quotes nothing. */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : 'unknown';
}
