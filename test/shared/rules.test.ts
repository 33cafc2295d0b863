import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const projectDirectory = join(import.meta.dirname, '../..');

/** Of each document that comments cite: what each of its headings has below it, numbers and names in bold. */
const documents = new Map(['README.md', 'rules.md'].map(name => [name, rulesOf(readText(`shared/${name}`))]));

const comments = ['shared', 'functions', 'infra/scripts', 'test'].flatMap(directory =>
  readdirSync(join(projectDirectory, directory), { recursive: true, encoding: 'utf8' })
    .filter(path => /\.tsx?$/.test(path) && !path.includes('node_modules'))
    .flatMap(path => commentsOf(readText(join(directory, path))).map(text => ({ path: join(directory, path), text }))),
);

test('what a comment cites is there', () => {
  const citations = comments.flatMap(({ path, text }) =>
    [...text.matchAll(/\((README|rules)\.md: ([^)]+)\)/g)].flatMap(([, name, rules = '']) =>
      rules.split('; ').map(rule => ({ path, document: `${name}.md`, rule })),
    ),
  );
  expect(citations.length).toBeGreaterThan(100);
  expect(citations.filter(({ document, rule }) => !isThere(document, rule))).toEqual([]);
});

test('no comment cites what is not in the repository', () => {
  expect(comments.filter(({ text }) => /\((design|facts)[: ]/.test(text))).toEqual([]);
});

test('every rule of Graph and other services is cited', () => {
  const rules = ['Graph', 'Other services'].flatMap(heading =>
    [...(documents.get('rules.md')?.get(heading) ?? [])].map(name => `(rules.md: ${heading}, ${name})`),
  );
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.filter(rule => !comments.some(({ text }) => text.includes(rule)))).toEqual([]);
});

/** `Applying`, `Applying, 7 and 8` or `Graph, Contact photos`. */
function isThere(document: string, rule: string): boolean {
  const [heading = '', ...parts] = rule.split(', ');
  const rules = documents.get(document)?.get(heading);
  return rules !== undefined && parts.flatMap(part => part.split(/ and (?=\d)/)).every(part => rules.has(part));
}

function rulesOf(text: string): Map<string, ReadonlySet<string>> {
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map(section => {
      const rules = section.matchAll(/^(?:(\d+)\. |- \*\*(.+?)\.\*\* )/gm);
      const [heading = ''] = section.split('\n');
      return [heading, new Set([...rules].map(([, number, name = '']) => number ?? name))];
    }),
  );
}

/** Each on one line. */
function commentsOf(text: string): string[] {
  const blocks = text.matchAll(/\/\*\*.*?\*\/|(?:^[ \t]*\/\/[^\n]*\n)+/gms);
  return [...blocks].map(([comment]) => comment.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' '));
}

function readText(path: string): string {
  return readFileSync(join(projectDirectory, path), 'utf8');
}
