import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettingsFile, resolveSettings } from './appSettings.ts';
import { temporaryDirectory } from './testing.ts';

function writeSettings(content: string): string {
  const file = join(temporaryDirectory(), 'local.settings.json');
  writeFileSync(file, content);
  return file;
}

test('a variable of the environment wins over the file', () => {
  const file = writeSettings('{"Values":{"A":"file","B":"file"}}');
  expect(readSettingsFile(file, { B: 'environment', C: 'environment' })).toEqual({ A: 'file', B: 'environment' });
});

test.each([
  ['{"Values":{"A":1}}', 'must be a text'],
  ['{"IsEncrypted":true,"Values":{}}', 'encrypted'],
  ['{"A":"b"}', 'Values'],
  ['{', 'cannot be read'],
])('%s is refused', (content, reason) => {
  expect(() => readSettingsFile(writeSettings(content), {})).toThrow(reason);
});

test('%NAME% stands for a setting', () => {
  expect(resolveSettings('%QUEUE%/$deadletterqueue', { QUEUE: 'work' })).toBe('work/$deadletterqueue');
  expect(() => resolveSettings('%QUEUE%', {})).toThrow('%QUEUE% does not resolve');
});
