import { links } from '../links.ts';
import { Time } from './Time.tsx';

const special = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|with POST \/api\/lists\/\{list\}\/hold)/;

/** Requests that the console has a button for. */
const requests = [
  [/until POST \S+\/release(, or POST \S+\/release where everything was halted)?/, 'until somebody releases it'],
  [/until POST \S+\/unpin/, 'until somebody unpins it'],
  [/with POST \S+\/unpin/, 'by unpinning it'],
] as const;

/** A text of the API: its moments in the reader's zone, and for a request that it names, the page that sends it. */
export function Words({ text }: { readonly text: string }) {
  const told = requests.reduce((said, [request, words]) => said.replace(request, words), text.replace(' (UTC)', ''));
  const parts = told.split(special);
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
