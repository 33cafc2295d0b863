import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { ContactField } from './contact.ts';

export const phoneFormats = ['keep', 'international', 'e164'] as const;
export type PhoneFormat = (typeof phoneFormats)[number];

/** The fields that hold telephone and fax numbers. */
export const phoneFields: readonly ContactField[] = [
  'businessPhones',
  'homePhones',
  'mobilePhone',
  'businessFax',
  'homeFax',
  'otherPhone',
  'carPhone',
  'assistantPhone',
];

/** How a list writes phone numbers. `region` is where numbers without a country code are from, as two capital letters. */
export interface PhoneRule {
  readonly format: PhoneFormat;
  readonly region?: string | undefined;
}

export function isPhoneRegion(text: string): boolean {
  return isSupportedCountry(text);
}

/** What stands before an extension. */
const extensionLabel = /(?:;\s*ext=|,|#|\bext(?:ension)?\b\.?|(?<=\d)\s*x|доб\.?)\s*(?=\d+\s*$)/iu;
const letter = /\p{Letter}/u;
/** Between the number of a switchboard and what is dialled after it. */
const lastPart = /[-/–]\s*\d{1,5}\s*$/;

/**
 * A phone number as a list writes it. It is rewritten only where it is valid and nothing of the text is lost: no word, no
 * digit, no second number, no extension (rules.md: Other services, Phones). Everything else stays as it is.
 */
export function rewritePhone(text: string, { format, region }: PhoneRule): string {
  if (format === 'keep') return text;
  const number = readWholePhone(text, region);
  if (!number) return text;
  const written = format === 'e164' ? number.number : number.formatInternational().replace(/ ext\. .*$/, '');
  return number.ext ? `${written} ext. ${number.ext}` : written;
}

/** Whether a rule that rewrites numbers leaves this one alone. */
export function staysAsItIs(text: string, { format, region }: PhoneRule): boolean {
  return format !== 'keep' && readWholePhone(text, region) === undefined;
}

/** Undefined for a text that is not one valid number and nothing else. */
function readWholePhone(given: string, region: string | undefined): PhoneNumber | undefined {
  // The library takes a link (RFC 3966) for no number.
  const text = given.replace(/^\s*tel:(?=\+)/i, '');
  // The library forgets every second such number.
  if (/phone-context/i.test(text)) return undefined;
  const number = parse(text, region);
  if (!number?.isValid() || !isAccountedFor(text, number)) return undefined;
  return number.ext || !hasOwnHead(text, region) ? number : undefined;
}

function parse(text: string, region: string | undefined): PhoneNumber | undefined {
  const country = region !== undefined && isSupportedCountry(region) ? (region as CountryCode) : undefined;
  return parsePhoneNumberFromString(text, { extract: false, ...(country && { defaultCountry: country }) });
}

/** Before its last part the text is a number already: nobody can say whether the last part is dialled after it. */
function hasOwnHead(text: string, region: string | undefined): boolean {
  if (!lastPart.test(text)) return false;
  return parse(text.replace(lastPart, ''), region)?.isValid() ?? false;
}

/** Every digit of the text is one of the number, of its extension or of a prefix for dialling, and it has no words. */
function isAccountedFor(text: string, { countryCallingCode, nationalNumber, ext = '' }: PhoneNumber): boolean {
  const [main = '', extension = ''] = text.split(extensionLabel);
  if (letter.test(main) || digitsOf(extension) !== ext) return false;
  const digits = digitsOf(main);
  if (!digits.endsWith(nationalNumber)) return false;
  const prefix = digits.slice(0, digits.length - nationalNumber.length);
  const code = countryCallingCode;
  return [/^\d{0,2}$/, new RegExp(`^(?:00|011|0011|810)?${code}\\d{0,2}$`)].some(form => form.test(prefix));
}

function digitsOf(text: string): string {
  return text.normalize('NFKC').replace(/\D/g, '');
}
