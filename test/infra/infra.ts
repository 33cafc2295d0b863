import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'web-tree-sitter';
import { type BicepFile, readBicepFile } from './bicep/bicepFile.ts';
import { parseBicepParameters } from './bicep/parser.ts';

export const projectDirectory = join(import.meta.dirname, '../..');
export const infraDirectory = join(projectDirectory, 'infra');

/** The text of each .bicep and .bicepparam file by its path below `infra/`. */
export type InfraTexts = ReadonlyMap<string, string>;

/** All of `infra/`, parsed. */
export interface Infra {
  readonly files: ReadonlyMap<string, BicepFile>;
  /** The trees of the .bicepparam files. */
  readonly parameterFiles: ReadonlyMap<string, Node>;
  readonly texts: InfraTexts;
}

export function readInfraTexts(): InfraTexts {
  const paths = readdirSync(infraDirectory, { recursive: true, encoding: 'utf8' });
  const bicep = paths.map(path => path.replaceAll('\\', '/')).filter(path => /\.bicep(param)?$/.test(path));
  return new Map(bicep.sort().map(path => [path, readFileSync(join(infraDirectory, path), 'utf8')]));
}

export function parseInfra(texts: InfraTexts): Infra {
  const files = [...texts].filter(([path]) => path.endsWith('.bicep'));
  const parameterFiles = [...texts].filter(([path]) => path.endsWith('.bicepparam'));
  return {
    files: new Map(files.map(([path, text]) => [path, readBicepFile(path, text)])),
    parameterFiles: new Map(parameterFiles.map(([path, text]) => [path, parseBicepParameters(text)])),
    texts,
  };
}

/** The file that a module or an import names, as seen from the file that names it. */
export function resolveFile(infra: Infra, from: BicepFile, path: string): BicepFile | undefined {
  return infra.files.get(join(from.path, '..', path).replaceAll('\\', '/'));
}
