import type { ContactSource } from '../ports/contactSource.ts';
import type { ContactList } from '../settings/contactList.ts';
import { contactFolder } from './contact-folder/contactFolder.ts';
import type { SourceAdapters, SourceKind } from './sourceKind.ts';

/** Every kind of source, by the `kind` that a list's settings name. */
const kinds: { readonly [Kind in Settings['kind']]: SourceKind<Settings & { readonly kind: Kind }> } = {
  contactFolder,
};

type Settings = ContactList['source'];

export function openContactSource(settings: Settings, adapters: SourceAdapters): ContactSource {
  return kinds[settings.kind].open(settings, adapters);
}

/** Names what a snapshot was read from: another source means reading from the start. */
export function identityOf(settings: Settings): string {
  return kinds[settings.kind].identity(settings);
}
