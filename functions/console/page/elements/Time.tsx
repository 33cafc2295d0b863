const sameDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const otherDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment in the reader's zone; in UTC for whoever points at it. */
export function Time({ at, today = 'today' }: { readonly at: string; readonly today?: string }) {
  return (
    <time dateTime={at} title={inUtc(at)}>
      {inZone(new Date(at), today)}
    </time>
  );
}

function inZone(date: Date, today: string): string {
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? `${today}, ${sameDay.format(date)}` : otherDay.format(date);
}

function inUtc(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
