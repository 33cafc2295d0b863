/** Of this tab alone, which signing in leads away from and back to. */
const storageKey = 'place to return to';

/**
 * Before signing in leads away: the server never gets what stands after the `#`, and must not, since a request log would
 * keep it. It is no address, so that nobody can make it lead elsewhere.
 */
export function keepPlace(): void {
  try {
    sessionStorage.setItem(storageKey, location.hash);
  } catch {
    // Without it, signing in leads to the first screen.
  }
}

/** What was asked for before signing in, of a page that is opened without a place; once. */
export function takePlace(): string {
  try {
    const kept = sessionStorage.getItem(storageKey) ?? '';
    sessionStorage.removeItem(storageKey);
    return location.hash.length > 1 ? location.hash : kept;
  } catch {
    return location.hash;
  }
}
