import type { SourceSettings } from './sourceSettings.ts';

/** What a list's only source is called in the API where the settings give it no name: as their key. */
const nameOfOnlySource = 'source';

export function sourceNamed(sources: readonly SourceSettings[], name: string): SourceSettings | undefined {
  return sources.find(source => nameOf(source) === name);
}

export function nameOf({ name = nameOfOnlySource }: Pick<SourceSettings, 'name'>): string {
  return name;
}
