import { links } from '../links.ts';
import { isForDeployment, plainly } from '../plainly.ts';
import { Time } from './Time.tsx';

const special = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|at Holds)/;

/** A text of the API in the words of the console: its moments in the reader's zone, with a link to where it is done. */
export function Words({ text }: { readonly text: string }) {
  const told = plainly(text);
  const parts = told.split(special);
  return (
    <>
      {parts.map((part, index) => (index % 2 === 1 ? <Special key={part} part={part} /> : part))}
      {isForDeployment(told) && <span class="hint"> (for whoever deploys the app)</span>}
    </>
  );
}

function Special({ part }: { readonly part: string }) {
  if (part !== 'at Holds') return <Time at={part} />;
  return (
    <>
      at <a href={links.holds}>Holds</a>
    </>
  );
}
