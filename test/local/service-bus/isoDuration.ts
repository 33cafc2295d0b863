const MILLISECONDS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 };
const PATTERN = /^P(?!$)(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration made of days, hours, minutes and seconds (`PT1M`, `P1DT12H`, `PT0.5S`).
 * Years, months and weeks are refused, as Service Bus refuses them.
 */
export function parseIsoDuration(text: string): number {
  const match = PATTERN.exec(text);
  if (!match) throw new Error(`"${text}" is not an ISO 8601 duration of days, hours, minutes and seconds, like PT1M`);
  const [, days, hours, minutes, seconds] = match.map(part => Number(part ?? 0));
  return (
    (days ?? 0) * MILLISECONDS.days +
    (hours ?? 0) * MILLISECONDS.hours +
    (minutes ?? 0) * MILLISECONDS.minutes +
    (seconds ?? 0) * MILLISECONDS.seconds
  );
}
