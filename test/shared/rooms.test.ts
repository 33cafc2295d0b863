import { globSync, readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';

/** Rooms of the engine that others enter through their `index.ts` alone. */
const rooms = ['status', 'trial', 'holds', 'connection-test', 'subscriptions'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const projectDirectory = `${import.meta.dirname}/../..`;
const files = globSync(['shared/**/*.ts', 'functions/**/*.ts'], { cwd: projectDirectory });
const imports = files.flatMap((from): Import[] => {
  const text = readFileSync(`${projectDirectory}/${from}`, 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*? from '(\.[^']+)';/gm)].map(([, path = '']) => ({
    from,
    to: normalize(`${dirname(from)}/${path}`),
  }));
});

/** Where everything is put together. */
const roots = ['shared/app.ts', 'functions/index.ts'];

function folderOf(file: string): string {
  return roots.includes(file) ? file : dirname(file);
}

/** Folders that lead back to themselves. */
function findCycle(): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const targets = next.get(folderOf(from)) ?? new Set();
    next.set(folderOf(from), folderOf(from) === folderOf(to) ? targets : targets.add(folderOf(to)));
  }
  for (let changed = true; changed; ) {
    const open = [...next].filter(([, targets]) => [...targets].some(target => next.has(target)));
    changed = open.length < next.size;
    const names = new Set(open.map(([name]) => name));
    for (const name of next.keys()) if (!names.has(name)) next.delete(name);
  }
  return [...next.keys()].sort();
}

test('folders import each other in one direction only', () => {
  expect(imports.length).toBeGreaterThan(files.length);
  expect(findCycle()).toEqual([]);
});

test.each(rooms)('the room %s is entered through its index', room => {
  const folder = `shared/engine/${room}`;
  const entered = imports.filter(({ from, to }) => dirname(to) === folder && dirname(from) !== folder);
  expect(entered.length).toBeGreaterThan(0);
  expect(entered.filter(({ to }) => to !== `${folder}/index.ts`)).toEqual([]);
});
