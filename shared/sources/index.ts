import type { ContactSource } from '../ports/contactSource.ts';
import type { Place, SourceAdapters, SourceKind } from '../ports/sourceKind.ts';
import type { ContactList } from '../settings/contactList.ts';
import { contactFolder } from './contact-folder/contactFolder.ts';

/** Every kind of source, by the `kind` that a list's settings name. */
const kinds: { readonly [Kind in Settings['kind']]: SourceKind<Settings & { readonly kind: Kind }> } = {
  contactFolder,
};

type Settings = ContactList['source'];

export function openContactSource(settings: Settings, adapters: SourceAdapters): ContactSource {
  return kinds[settings.kind].open(settings, adapters);
}

export function identityOf(settings: Settings): string {
  return kinds[settings.kind].identity(settings);
}

export function placesOf(settings: Settings): readonly Place[] {
  return kinds[settings.kind].places(settings);
}
