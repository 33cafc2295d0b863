import type { ContactList } from '../settings/contactList.ts';
import { identityOf } from './index.ts';

/**
 * What the keys of a list's contacts begin with, by the name of their source, as captures noted it. Once given it stays,
 * whatever is added beside: a list's first source, which had no name then, goes on without a prefix (rules.md: Imported
 * anew).
 */
export type SourceNames = readonly SourceName[];

export interface SourceName {
  /** Empty for the one source of a list that has no name. */
  readonly name: string;
  readonly identity: string;
  /** Empty, or the name with a colon. */
  readonly prefix: string;
}

/** In the order of the sources. */
export function namesOfSources({ sources }: Pick<ContactList, 'sources'>, known: SourceNames): SourceNames {
  return sources.map(source => {
    const name = source.name ?? '';
    const identity = identityOf(source);
    const before = known.find(other => other.name === name) ?? known.find(other => other.identity === identity);
    return { name, identity, prefix: before?.prefix ?? (sources.length > 1 ? `${name}:` : '') };
  });
}
