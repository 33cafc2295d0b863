import { links } from '../links.ts';
import { Time } from './Time.tsx';

const special = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|with POST \/api\/lists\/\{list\}\/hold)/;

/** A text of the API: its moments in the reader's zone, and for a request that it names, the page that sends it. */
export function Words({ text }: { readonly text: string }) {
  const parts = text.replace(' (UTC)', '').split(special);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <Special key={part} part={part} /> : part))}</>;
}

function Special({ part }: { readonly part: string }) {
  if (!part.startsWith('with')) return <Time at={part} />;
  return (
    <>
      at <a href={links.holds}>Holds</a>
    </>
  );
}
