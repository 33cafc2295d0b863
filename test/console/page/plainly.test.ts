import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lang, parse } from '@ast-grep/napi';
import { isForDeployment, plainly } from '../../../functions/console/page/plainly.ts';
import { environmentSchema } from '../../../shared/settings/settings.ts';

const shared = join(import.meta.dirname, '../../../shared');

/** All texts of the service but those that describe its API, filled with a number wherever they are filled. */
function textsOfService(): string[] {
  return globSync('**/*.ts', { cwd: shared }).flatMap(file =>
    parse(Lang.TypeScript, readFileSync(join(shared, file), 'utf8'))
      .root()
      .findAll({ rule: { any: [{ kind: 'string' }, { kind: 'template_string' }] } })
      .filter(node => !node.ancestors().some(around => around.field('key')?.text() === 'description'))
      .map(node =>
        node
          .text()
          .slice(1, -1)
          .replaceAll(/\$\{[^}]*\}/g, '7'),
      )
      .filter(text => text.includes(' ')),
  );
}

test('no text of the service sends whoever reads it in the console to a request of the API or to a file', () => {
  const texts = textsOfService();
  expect(texts.filter(text => /POST \//.test(text)).length).toBeGreaterThan(10);
  const said = texts.map(plainly);
  expect(
    said.filter(text => /\b(GET|POST|PUT|DELETE) \/|If-(None-)?Match|\bcurl --|infra\/docs|"kind": "/.test(text)),
  ).toEqual([]);
  expect(said.filter(text => /\btargets\.\w|\bdestination\.\w+(?!:)|"enabled"|"includeSelf"/.test(text))).toEqual([]);
});

test('what only the deployment has is said to be for whoever deploys the app', () => {
  const settings = Object.keys(environmentSchema.shape).filter(name => name.includes('_'));
  const named = textsOfService().filter(text => settings.some(name => new RegExp(`\\b${name}\\b`).test(text)));
  expect(named.length).toBeGreaterThan(10);
  expect(
    named.map(plainly).filter(text => settings.some(name => text.includes(name)) && !isForDeployment(text)),
  ).toEqual([]);
  expect(isForDeployment('It is in the folder SALES_EU')).toBe(false);
});

test.each([
  [
    'Somebody halted it: no source is read until POST /api/lists/{list}/release, or POST /api/release where everything was halted',
    'Somebody halted it: no source is read until somebody releases it',
  ],
  [
    'Nothing is written until POST /api/lists/staff/release, which goes on with the next ring',
    'Nothing is written until somebody releases it, which goes on with the next ring',
  ],
  [
    'The list was rolled back to position 12: its source is not read until POST /api/lists/staff/unpin',
    'The list was rolled back: its source is not read until somebody unpins it',
  ],
  [
    'it is gone from the source, and its removal is held: it stays until somebody decides with POST /api/lists/{list}/hold',
    'it is gone from the source, and its removal is held: it stays until somebody decides at Holds',
  ],
  ['approve it first, with POST /api/lists/{list}/hold and "kind": "kept"', 'approve it first, at Holds'],
  [
    'it was rolled back, and the mailbox is in ring 2 of 3 and keeps position 7 until it is its turn',
    'it was rolled back, and the mailbox is in ring 2 of 3 and keeps what it has until it is its turn',
  ],
  [
    'name its address, or set targets.includeDisabled',
    'name its address, or switch on “Also accounts that are disabled”',
  ],
  [
    'the mailbox is excluded: targets.exclude names ada@contoso.com',
    'the mailbox is excluded: “Except” names ada@contoso.com',
  ],
])('%s', (text, words) => {
  expect(plainly(text)).toBe(words);
});
