import type { AppIdentity } from '../ports/connectionProbes.ts';
import type { StepResult } from '../ports/connectionStep.ts';
import type { ContactSource } from '../ports/contactSource.ts';
import type { SourceAdapters as Adapters, SourceKind } from '../ports/sourceKind.ts';
import type { Connections } from '../settings/connections.ts';
import type { SourceSettings } from '../settings/sourceSettings.ts';
import { contactFolder } from './contact-folder/contactFolder.ts';

/** Every kind of source, by the `kind` that a list's settings name. */
const kinds: {
  readonly [Kind in SourceSettings['kind']]: SourceKind<SourceSettings & { readonly kind: Kind }, Connections>;
} = {
  contactFolder,
};

export type SourceAdapters = Adapters<Connections>;

export function openContactSource(settings: SourceSettings, adapters: SourceAdapters): ContactSource {
  return kinds[settings.kind].open(settings, adapters);
}

/** Whatever the list calls the source, and whoever of it the list wants. */
export function identityOf({ name: _, where: __, ...settings }: SourceSettings): string {
  return kinds[settings.kind].identity(settings);
}

export function testContactSource(
  settings: SourceSettings,
  token: StepResult<AppIdentity>,
  adapters: SourceAdapters,
): Promise<readonly StepResult<unknown>[]> {
  return kinds[settings.kind].test(settings, token, adapters);
}
