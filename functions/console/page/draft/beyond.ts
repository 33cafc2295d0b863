import { type Entry, read, sourcesOf } from './entry.ts';

/** Settings that no step has a control for, each with the step that it belongs to. They are set as JSON. */
const stepOf: Readonly<Record<string, 'source' | 'policies'>> = {
  match: 'source',
  'source.where': 'source',
  'source.delimiter': 'source',
  'source.timeLimitSeconds': 'source',
  'source.maxRows': 'source',
  takeOver: 'policies',
  'rollout.haltWhen.editedShare': 'policies',
};

/** @param path such as `sources.0.where.all` */
export function isBeyondSteps(path: string): boolean {
  const plain = `${path.replace(/^sources\.\d+/, 'source')}.`;
  return Object.keys(stepOf).some(name => plain.startsWith(`${name}.`));
}

/** What a list has beside what the step shows: it is kept. */
export function beyondStep(step: string, entry: Entry): string[] {
  const sources = sourcesOf(entry).map(({ path }) => path.join('.'));
  return Object.keys(stepOf)
    .filter(name => stepOf[name] === step)
    .flatMap(name => (name.startsWith('source.') ? sources.map(source => name.replace('source', source)) : name))
    .filter(name => read(entry, name.split('.')) !== undefined);
}
