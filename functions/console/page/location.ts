import { signal } from '@preact/signals';
import { type Place, parsePlace } from './place.ts';
import { takePlace } from './returning.ts';

const asked = takePlace();
if (asked !== location.hash) history.replaceState(null, '', asked);

/** Where the reader is: after the `#` of the address, so that nothing of it reaches the server's request log. */
export const place = signal<Place>(parsePlace(location.hash));

addEventListener('hashchange', () => {
  place.value = parsePlace(location.hash);
});

export function go(href: string): void {
  location.hash = href;
}
