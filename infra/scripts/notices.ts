import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string().default('not stated') });
const licenceFile = /^(licen[cs]e|copying|notice|copyrightnotice)(\.(md|txt))?$/i;

/**
 * The licences of the packages whose code is in a bundle, since each asks to be handed on with the code.
 *
 * @param metafile of the build
 * @param projectDirectory to which its paths are relative
 */
export function thirdPartyNotices(metafile: Metafile, projectDirectory: string): string {
  const directories = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const notices = [...new Set(directories)].map(directory => noticeOf(join(projectDirectory, directory)));
  return `The app contains code of these packages.\n\n${[...new Set(notices)].sort().join('\n')}`;
}

function noticeOf(directory: string): string {
  const { name, version, license } = packageSchema.parse(
    JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
  );
  const texts = readdirSync(directory)
    .filter(file => licenceFile.test(file))
    .sort()
    .map(file => `\n${readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim()}\n`);
  return `${'-'.repeat(80)}\n${name} ${version}, licence: ${license}\n${texts.join('')}`;
}
