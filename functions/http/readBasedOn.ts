import type { HttpRequest } from '@azure/functions';
import { noVersionNamed } from '../../shared/api/problems.ts';

/** An entity tag whose text is a version (RFC 9110, 8.8.3); what lies in between may have weakened it. */
const entityTag = /^(?:W\/)?"([1-9]\d{0,8})"$/;

/** The version; undefined where there must be none. @throws ApiProblem 428 for a request that says neither */
export function readBasedOn({ headers }: HttpRequest): number | undefined {
  const [, version] = entityTag.exec(headers.get('if-match')?.trim() ?? '') ?? [];
  if (version !== undefined) return Number(version);
  if (headers.get('if-none-match')?.trim() === '*') return undefined;
  throw noVersionNamed();
}

export function entityTagOf(version: number): string {
  return `"${version}"`;
}
