import { Time } from './Time.tsx';

const moment = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A text of the API, with its moments in the reader's zone. */
export function Words({ text }: { readonly text: string }) {
  const parts = text.replace(' (UTC)', '').split(moment);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <Time key={part} at={part} /> : part))}</>;
}
