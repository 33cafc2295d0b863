import { entryLimits } from '../domain/entryLimits.ts';
import type { AppIdentity } from '../ports/connectionProbes.ts';
import type { StepResult } from '../ports/connectionStep.ts';
import type { ContactSource, SourceNeeds } from '../ports/contactSource.ts';
import type {
  SourceAdapters as Adapters,
  BrowsedFolders,
  BrowsingLimits,
  FileReplacement,
  SourceColumn,
  SourceKind,
  Watching,
} from '../ports/sourceKind.ts';
import type { Connections } from '../settings/connections.ts';
import type { SourceSettings } from '../settings/sourceSettings.ts';
import { contactFolder } from './contact-folder/contactFolder.ts';
import { csv } from './csv/csv.ts';
import { directory } from './directory/directory.ts';
import { exchangeServer } from './exchange-server/exchangeServer.ts';
import { sql } from './sql/sql.ts';

/** Every kind of source, by the `kind` that a list's settings name. */
const kinds: {
  readonly [Kind in SourceSettings['kind']]: SourceKind<SourceSettings & { readonly kind: Kind }, Connections>;
} = {
  contactFolder,
  csv,
  exchangeServer,
  sql,
  directory,
};

const noNeeds: SourceNeeds = { extended: [], entries: entryLimits };

type Kind = SourceKind<SourceSettings, Connections>;

export type SourceAdapters = Adapters<Connections>;

export function openContactSource(
  settings: SourceSettings,
  adapters: SourceAdapters,
  needs: SourceNeeds = noNeeds,
): ContactSource {
  return kindOf(settings).open(settings, adapters, needs);
}

/** The table above ties each kind to its settings, which the type of a look-up in it cannot say. */
function kindOf({ kind }: Pick<SourceSettings, 'kind'>): Kind {
  return kinds[kind] as Kind;
}

/** Whatever the list calls the source, and whoever of it the list wants. */
export function identityOf({ name: _, where: __, ...settings }: SourceSettings): string {
  return kindOf(settings).identity(settings);
}

export function watchContactSource(settings: SourceSettings, cursor: string): Watching {
  return kindOf(settings).watch?.(settings, cursor) ?? { watched: [], everyChange: false };
}

export function testContactSource(
  settings: SourceSettings,
  token: StepResult<AppIdentity>,
  adapters: SourceAdapters,
): Promise<readonly StepResult<unknown>[]> {
  return kindOf(settings).test(settings, token, adapters);
}

/** Undefined for a kind of source that has no folders to look at. @throws SourceFailure */
export function browseContactSource(
  settings: SourceSettings,
  adapters: SourceAdapters,
  limits: BrowsingLimits,
): Promise<BrowsedFolders> | undefined {
  return kindOf(settings).browse?.(settings, adapters, limits);
}

/** Undefined for a kind of source that has no columns. @throws SourceFailure */
export function readColumnsOfSource(
  settings: SourceSettings,
  adapters: SourceAdapters,
): Promise<readonly SourceColumn[]> | undefined {
  return kindOf(settings).columns?.(settings, adapters);
}

/** @throws SourceFailure for a file that the source would not take; FileUnavailable */
export async function replaceSourceFile(
  settings: SourceSettings,
  bytes: Uint8Array,
  adapters: SourceAdapters,
): Promise<FileReplacement> {
  return (await kindOf(settings).replaceFile?.(settings, bytes, adapters)) ?? 'noFileOfOurs';
}
