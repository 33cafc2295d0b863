/** What this host refuses, and why; its message is all that a user needs. */
export class HostError extends Error {
  override readonly name = 'HostError';
}
