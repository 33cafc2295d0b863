import { existsSync, readFileSync } from 'node:fs';
import { HostError } from './hostError.ts';

/** Reads a JSON file of the built app. */
export function readAppFile(file: string): unknown {
  requireBuilt(file);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Throws when a file of the built app is missing. */
export function requireBuilt(file: string): void {
  if (!existsSync(file)) throw new HostError(`${file} does not exist: build the app first (npm run build).`);
}
