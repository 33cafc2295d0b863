import * as z from 'zod';
import { sayPlainly, strictObject } from './strictObject.ts';

/** One text, or one for each language: tags of BCP 47, and `default` for whoever has none of them. */
export type LocalText = string | Readonly<Record<string, string>>;

/** Where a list's contacts lie in one mailbox, and how they are tagged. */
export interface Destination {
  readonly folder: string;
  /** Null where none is put on the contacts. */
  readonly category: string | null;
}

/** As the settings have it, which may name several languages. */
export interface LocalDestination {
  readonly folder: LocalText;
  readonly category: LocalText | null;
}

/** The language of somebody of whom it is not known (BCP 47). */
export const undetermined = 'und';

const languageTag = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i;

const folderName = z
  .string()
  .trim()
  .min(1, 'a folder needs a name')
  .max(256)
  .refine(name => !name.includes('/'), 'the destination is one folder, without "/"');

export const destinationSettings = strictObject({
  folder: localText(folderName),
  category: localText(z.string().trim().min(1).max(255)).nullable().optional(),
}).transform(({ folder, category = folder }): LocalDestination => ({ folder, category }));

/** Each fault at its own path: a union would only say that neither form fits. */
function localText(text: z.ZodType<string>) {
  const texts = z.record(z.string(), text).superRefine((given, context) => {
    const faults = Object.keys(given).filter(key => key !== 'default' && !languageTag.test(key));
    for (const key of faults) {
      context.addIssue({ code: 'custom', path: [key], message: 'is no language: write "de" or "de-AT", or "default"' });
    }
    if (given.default === undefined) context.addIssue({ code: 'custom', path: ['default'], message: 'is missing' });
  });
  return z.unknown().transform((value, context): LocalText => {
    const schema: z.ZodType<LocalText> = typeof value === 'object' && value !== null ? texts : text;
    const parsed = schema.safeParse(value, { error: sayPlainly });
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });
}

export function isByLanguage({ folder, category }: LocalDestination): boolean {
  return typeof folder === 'object' || (typeof category === 'object' && category !== null);
}

/** @param language a tag, of which `de-AT` finds `de` where it has no text of its own (RFC 4647, Lookup) */
export function destinationIn({ folder, category }: LocalDestination, language: string): Destination {
  return { folder: textIn(folder, language), category: category && textIn(category, language) };
}

/** In every language, each once. */
export function textsOf(text: LocalText): string[] {
  return typeof text === 'string' ? [text] : [...new Set(Object.values(text))];
}

function textIn(text: LocalText, language: string): string {
  if (typeof text === 'string') return text;
  const texts = new Map(Object.entries(text).map(([tag, value]) => [tag.toLowerCase(), value]));
  const parts = language.toLowerCase().split('-');
  for (let length = parts.length; length > 0; length -= 1) {
    const found = texts.get(parts.slice(0, length).join('-'));
    if (found !== undefined) return found;
  }
  return texts.get('default') ?? '';
}
