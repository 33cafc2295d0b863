import * as z from 'zod';
import type { Address, Contact, EmailAddress } from '../../domain/contact.ts';
import type { DirectoryValues } from '../../ports/directoryReader.ts';
import type { ExtensionFields } from '../../settings/directorySource.ts';

const text = z.string().nullish().catch(undefined);
const texts = z.array(z.string().nullable()).nullish().catch(undefined);
const place = { street: text, city: text, state: text, postalCode: text };

const shared = {
  mail: text,
  displayName: text,
  givenName: text,
  surname: text,
  jobTitle: text,
  department: text,
  companyName: text,
};
const userSchema = z.object({
  ...shared,
  ...place,
  streetAddress: text,
  country: text,
  officeLocation: text,
  businessPhones: texts,
  mobilePhone: text,
  faxNumber: text,
  imAddresses: texts,
  onPremisesExtensionAttributes: z.record(z.string(), text).nullish().catch(undefined),
});
const organisationContactSchema = z.object({
  ...shared,
  addresses: z
    .array(z.object({ ...place, countryOrRegion: text, officeLocation: text }))
    .nullish()
    .catch(undefined),
  phones: z
    .array(z.object({ type: text, number: text }))
    .nullish()
    .catch(undefined),
});

/** A user as a contact. */
export function contactOfUser(
  values: DirectoryValues,
  managerName: string | null | undefined,
  extensionFields: ExtensionFields,
): Contact {
  const user = userSchema.parse(values);
  const attributes = user.onPremisesExtensionAttributes ?? {};
  const extensions = Object.entries(extensionFields).map(([field, attribute]) => [field, attributes[attribute]]);
  return filled({
    ...sharedFields(user),
    officeLocation: user.officeLocation,
    businessPhones: user.businessPhones,
    mobilePhone: user.mobilePhone,
    businessFax: user.faxNumber,
    imAddresses: user.imAddresses,
    businessAddress: addressOf({ ...user, street: user.streetAddress, countryOrRegion: user.country }),
    manager: managerName,
    ...Object.fromEntries(extensions),
  });
}

/** A mail contact of the organisation as a contact. */
export function contactOfOrganisationContact(values: DirectoryValues): Contact {
  const row = organisationContactSchema.parse(values);
  const [address] = row.addresses ?? [];
  const numbers = (type: string) => (row.phones ?? []).flatMap(each => (each.type === type ? [each.number] : []));
  return filled({
    ...sharedFields(row),
    officeLocation: address?.officeLocation,
    businessPhones: numbers('business'),
    mobilePhone: numbers('mobile')[0],
    businessFax: numbers('businessFax')[0],
    homeFax: numbers('homeFax')[0],
    pager: numbers('pager')[0],
    otherPhone: numbers('other')[0],
    assistantPhone: numbers('assistant')[0],
    homePhones: numbers('home'),
    businessAddress: addressOf(address ?? {}),
  });
}

type SharedFields = z.infer<z.ZodObject<typeof shared>>;

function sharedFields({ mail, ...names }: SharedFields) {
  const { displayName, givenName, surname, jobTitle, department, companyName } = names;
  const emailAddresses: EmailAddress[] = mail
    ? [displayName && displayName !== mail ? { name: displayName, address: mail } : { address: mail }]
    : [];
  return { displayName, givenName, surname, jobTitle, department, companyName, emailAddresses };
}

type PlaceParts = { readonly [part in keyof Address]?: string | null | undefined };

function addressOf({ street, city, state, postalCode, countryOrRegion }: PlaceParts): Address {
  return filled({ street, city, state, postalCode, countryOrRegion });
}

/** The canonical form: what is not set is absent. */
function filled<Value extends object>(value: Readonly<Record<string, unknown>>): Value {
  const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] => {
    const kept = Array.isArray(each) ? each.filter(one => one !== null && one !== '') : each;
    if (kept === undefined || kept === null || kept === '') return [];
    return typeof kept === 'object' && Object.keys(kept).length === 0 ? [] : [[name, kept]];
  });
  return Object.fromEntries(entries) as Value;
}
