import * as z from 'zod';
import { eventually, hold } from './finding.ts';
import { immutable, type Trial } from './trial.ts';

const pageSchema = z.object({
  value: z.array(z.looseObject({ id: z.string(), '@removed': z.unknown().optional() })),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});
type Row = z.infer<typeof pageSchema>['value'][number];

/** The first round has every contact with the fields asked for, the next ones what was changed and what was removed. */
export async function askOfDelta(trial: Trial): Promise<string> {
  const { graph } = trial;
  const changed = await trial.addContact({ mobilePhone: '+1 555 0100', jobTitle: 'Check' });
  const removed = await trial.addContact();
  const start = `${trial.path('contacts', 'delta')}?$select=displayName,mobilePhone`;
  let all: Row[] = [];
  let link = start;
  const first = await eventually(trial, async () => {
    ({ rows: all, deltaLink: link } = await readRound(trial, start));
    return [changed, removed].every(id => all.some(row => row.id === id));
  });
  hold(first !== undefined, 'the first round does not have the new contacts under their immutable ids');
  const seen = all.find(row => row.id === changed);
  hold(seen?.mobilePhone === '+1 555 0100', 'a field that was selected is missing');

  await graph.ask('PATCH', trial.path('contacts', changed), z.unknown(), {
    body: { mobilePhone: '+1 555 0199' },
    headers: immutable,
  });
  await graph.ask('DELETE', trial.path('contacts', removed), z.unknown(), { headers: immutable });
  const later: Row[] = [];
  const second = await eventually(trial, async () => {
    const round = await readRound(trial, link);
    later.push(...round.rows);
    link = round.deltaLink;
    return (
      later.some(row => row.id === changed && row.mobilePhone === '+1 555 0199') &&
      later.some(row => row.id === removed && row['@removed'] !== undefined)
    );
  });
  hold(second !== undefined, 'a change and a removal do not both show within half a minute');
  const others = 'jobTitle' in seen ? 'come, too' : 'stay away';
  return `has the fields, the change and the removal (at look ${second}); fields that were not selected ${others}`;
}

async function readRound({ graph }: Trial, from: string): Promise<{ rows: Row[]; deltaLink: string }> {
  const rows: Row[] = [];
  let link = from;
  for (;;) {
    const page = await graph.ask('GET', link, pageSchema, { headers: immutable });
    rows.push(...page.value);
    const { '@odata.deltaLink': deltaLink, '@odata.nextLink': nextLink } = page;
    if (deltaLink !== undefined) return { rows, deltaLink };
    hold(nextLink !== undefined, 'a page has neither a next link nor a delta link');
    link = nextLink;
  }
}
