interface Offered {
  readonly key: string;
  readonly name: string;
  readonly note: string | undefined;
}

interface OffersProps<Offer> {
  readonly label: string;
  readonly offers: readonly Offer[];
  show(offer: Offer): Offered;
  choose(offer: Offer, event: Event): void;
}

/** Whom somebody may mean by what they typed, to be chosen. */
export function Offers<Offer>({ label, offers, show, choose }: OffersProps<Offer>) {
  if (offers.length === 0) return null;
  return (
    <ul class="offers" aria-label={label}>
      {offers.map(offer => {
        const { key, name, note } = show(offer);
        return (
          <li key={key}>
            <button type="button" onClick={event => choose(offer, event)}>
              <strong>{name}</strong> <span class="hint">{note}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Enter takes the first that was found, and sends no form. */
export function takeFirst<Offer>(
  event: KeyboardEvent,
  [first]: readonly Offer[],
  choose: (offer: Offer) => void,
): void {
  if (event.key !== 'Enter' || first === undefined) return;
  event.preventDefault();
  choose(first);
}
