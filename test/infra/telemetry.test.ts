import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type FigureName, figures, formatFigure } from '../../shared/telemetry/figures.ts';
import { ofType, readCompiled } from './compiled.ts';
import { infraDirectory, projectDirectory } from './infra.ts';

const modules = join(infraDirectory, 'modules');
const names = Object.keys(figures) as FigureName[];
const queryFiles = readdirSync(join(modules, 'queries'), { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.kql'))
  .map(path => `queries/${path}`);
/** They make figures of log lines; the others read figures. */
const preludes = queryFiles.filter(path => /\/figuresIn/.test(path));
const queries = queryFiles.filter(path => !preludes.includes(path));

const { plan } = readCompiled();
const rules = ofType(plan, 'Microsoft.Insights/scheduledQueryRules');

function read(path: string): string {
  return readFileSync(join(modules, path), 'utf8');
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group = '']) => group);
}

/** The figures that a query reads. */
function namesIn(query: string): string[] {
  return matches(query, /\bname (?:==|in) ([^|\n]*?)(?= and |\n|$)/g).flatMap(list => matches(list, /"([^"]*)"/g));
}

/** What a query compares a field's text with. */
function comparedWith(query: string): { field: string; value: string }[] {
  return [...query.matchAll(/tostring\(figure\.(\w+)\) (?:==|in) (\([^)]*\)|"[^"]*")/g)].flatMap(
    ([, field = '', values = '']) => matches(values, /"([^"]*)"/g).map(value => ({ field, value })),
  );
}

function fieldsOf(name: string): Readonly<Record<string, z.ZodType>> {
  return figures[name as FigureName]?.shape ?? {};
}

test('every query is loaded by a module, and every query that is loaded is there', () => {
  const loaded = ['alerts.bicep', 'workbook.bicep'].flatMap(file =>
    matches(read(file), /loadTextContent\('([^']+)'\)/g),
  );
  expect(loaded.toSorted()).toEqual(queryFiles.toSorted());
});

test.each(queries)('%s reads figures and fields that the code logs', path => {
  const query = read(path);
  const readNames = namesIn(query);
  expect(readNames).not.toEqual([]);
  expect(names).toEqual(expect.arrayContaining(readNames));
  const fields = new Set(matches(query, /\bfigure\.(\w+)/g));
  expect(fields.size).toBeGreaterThan(0);
  for (const name of readNames) expect(Object.keys(fieldsOf(name))).toEqual(expect.arrayContaining([...fields]));
  for (const { field, value } of comparedWith(query)) {
    for (const name of readNames) expect(fieldsOf(name)[field]?.safeParse(value).success).toBe(true);
  }
});

test('every figure is logged by a function and read by a query', () => {
  const functions = readdirSync(join(projectDirectory, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => readFileSync(join(projectDirectory, 'functions', path), 'utf8'));
  const logged = functions.flatMap(text => matches(text, /logFigure\(context, '(\w+)'/g));
  expect([...new Set(logged)].toSorted()).toEqual(names.toSorted());
  expect([...new Set(queries.flatMap(path => namesIn(read(path))))].toSorted()).toEqual(names.toSorted());
});

test.each(preludes)('%s recognises the lines that the code logs', path => {
  const line = formatFigure('deadLetters', { mailboxes: 1, captures: 0, foreign: 0 });
  const [start = ''] = matches(read(path), /startswith '([^']+)'/g);
  expect(start).not.toBe('');
  expect(line.startsWith(start)).toBe(true);
  const [nameField = ''] = matches(read(path), /name = tostring\(figure\.(\w+)\)/g);
  expect((JSON.parse(line) as Record<string, unknown>)[nameField]).toBe('deadLetters');
});

test('every placeholder of the alerts is filled in', () => {
  const open = queryFiles.flatMap(path => matches(read(path), /(\{\{\w+\}\})/g));
  expect(open).not.toEqual([]);
  for (const { properties } of rules) expect(JSON.stringify(properties)).not.toMatch(/\{\{|\[reference\(/);
});

test('the workbook leaves nothing open but its own time range', () => {
  const open = queryFiles
    .filter(path => path.includes('/workbook/'))
    .flatMap(path => matches(read(path), /\{([^}]*)\}/g));
  expect(new Set(open)).toEqual(new Set(['TimeRange:grain']));
});

test('every alert has its section in the documentation, and every section its alert', () => {
  const documentation = readFileSync(join(infraDirectory, 'docs/alerts.md'), 'utf8');
  const rule = z.object({ properties: z.object({ displayName: z.string(), description: z.string() }) });
  const alerts = rules.map(resource => rule.parse(resource).properties);
  const titles = alerts.map(({ displayName }) => displayName.replace(/^.*?: /, ''));
  expect(titles).toHaveLength(8);
  expect(matches(documentation, /^## (.*)$/gm)).toEqual(titles);
  for (const [index, { description }] of alerts.entries()) expect(description).toContain(`"${titles[index]}"`);
});

test('the host exports what the app logs by OpenTelemetry', () => {
  const host = JSON.parse(readFileSync(join(projectDirectory, 'host.json'), 'utf8')) as Record<string, unknown>;
  expect(host.telemetryMode).toBe('OpenTelemetry');
});
