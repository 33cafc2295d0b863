import type { AppIdentity } from '../ports/connectionProbes.ts';
import type { StepResult } from '../ports/connectionStep.ts';
import type { ContactSource } from '../ports/contactSource.ts';
import type { SourceAdapters as Adapters, SourceKind } from '../ports/sourceKind.ts';
import type { Connections } from '../settings/connections.ts';
import type { SourceSettings } from '../settings/sourceSettings.ts';
import { contactFolder } from './contact-folder/contactFolder.ts';
import { directory } from './directory/directory.ts';

/** Every kind of source, by the `kind` that a list's settings name. */
const kinds: {
  readonly [Kind in SourceSettings['kind']]: SourceKind<SourceSettings & { readonly kind: Kind }, Connections>;
} = {
  contactFolder,
  directory,
};

export type SourceAdapters = Adapters<Connections>;

export function openContactSource(settings: SourceSettings, adapters: SourceAdapters): ContactSource {
  return kindOf(settings).open(settings, adapters);
}

/** Whatever the list calls the source, and whoever of it the list wants. */
export function identityOf({ name: _, where: __, ...settings }: SourceSettings): string {
  return kindOf(settings).identity(settings);
}

export function testContactSource(
  settings: SourceSettings,
  token: StepResult<AppIdentity>,
  adapters: SourceAdapters,
): Promise<readonly StepResult<unknown>[]> {
  return kindOf(settings).test(settings, token, adapters);
}

function kindOf({ kind }: Pick<SourceSettings, 'kind'>): SourceKind<SourceSettings, Connections> {
  return kinds[kind];
}
