import * as z from 'zod';
import { noStampKey } from '../domain/stamp.ts';
import type { Stamp } from '../ports/contactMailbox.ts';
import { quote } from './links.ts';

const propertySet = '{2395b2ce-e000-4311-bfe9-38b6808b0f26}';
export const keyProperty = `String ${propertySet} Name ContactFolderSyncKey`;
const versionProperty = `String ${propertySet} Name ContactFolderSyncVersion`;
const installationProperty = `String ${propertySet} Name ContactFolderSyncInstallation`;

export const stampProperties = [keyProperty, versionProperty];

/** Extended properties are returned only where they are asked for, and delta refuses `$expand` altogether. */
export const expandStamp = expandProperties(stampProperties);

export const expandInstallation = expandProperties([installationProperty]);

export function expandProperties(ids: readonly string[]): string {
  return `singleValueExtendedProperties($filter=${ids.map(id => `id eq ${quote(id)}`).join(' or ')})`;
}

/** The filter alone does not return the property: combine it with `expandStamp`. */
export function filterByStampKey(stampKey: string): string {
  return `singleValueExtendedProperties/Any(ep: ep/id eq ${quote(keyProperty)} and ep/value eq ${quote(stampKey)})`;
}

/** A contact without extended properties omits the member. */
export const extendedPropertiesSchema = z.array(z.object({ id: z.string(), value: z.string().nullish() })).nullish();

export type ExtendedProperties = z.infer<typeof extendedPropertiesSchema>;

/** What the stamp's properties of a contact say; each may be missing, and both are once the stamp was taken off. */
export function readStamp(properties: ExtendedProperties): Partial<Stamp> {
  const key = readProperty(properties, keyProperty);
  const version = readProperty(properties, versionProperty);
  if (key === noStampKey) return {};
  return { ...(key !== undefined && { key }), ...(version !== undefined && { version }) };
}

/** The installation that a folder was marked with. */
export function readInstallation(properties: ExtendedProperties): string | undefined {
  return readProperty(properties, installationProperty);
}

export function readProperty(properties: ExtendedProperties, id: string): string | undefined {
  // Graph may answer the property set's GUID in another case than it was asked for.
  return properties?.find(property => property.id.toLowerCase() === id.toLowerCase())?.value ?? undefined;
}

/** The body's member that stamps a new contact. */
export function writeStamp(stamp: Stamp): { id: string; value: string }[] {
  return [{ id: keyProperty, value: stamp.key }, ...writeStampVersion(stamp.version)];
}

/** The body's member that moves a contact's stamp on. */
function writeStampVersion(version: string): { id: string; value: string }[] {
  return [{ id: versionProperty, value: version }];
}

/** The body's member of a patch; the key is that of a contact which had none. */
export function writePatchedStamp({ key, version }: Partial<Stamp> & Pick<Stamp, 'version'>) {
  return key === undefined ? writeStampVersion(version) : writeStamp({ key, version });
}

/** The body's member that takes a contact's stamp off. */
export function writeNoStamp(): { id: string; value: string }[] {
  return [{ id: keyProperty, value: noStampKey }];
}

/** The body's member that marks a folder as that of an installation. */
export function writeInstallation(installation: string): { id: string; value: string }[] {
  return [{ id: installationProperty, value: installation }];
}
