import type { StoredFields, StoredItem } from './mailboxes.ts';
import { all, attributeOf, element, type Node, one, textOf, wrap } from './xml.ts';

/** Which fields of an item a client asks for. */
export interface Shape {
  readonly base: string;
  readonly fields: ReadonlySet<string>;
  /** Property ids in PSETID_Address. */
  readonly properties: readonly number[];
}

/** Microsoft's FindItem page: no more of a string is given than this, and no mark that it was cut. */
const longestFound = 255;

/** In the order of the schema of `t:Contact`. */
const contactTexts = [
  'FileAs',
  'DisplayName',
  'GivenName',
  'Initials',
  'MiddleName',
  'Nickname',
  'CompanyName',
  'AssistantName',
  'Birthday',
  'BusinessHomePage',
  'Department',
  'Generation',
  'JobTitle',
  'Manager',
  'OfficeLocation',
  'Profession',
  'SpouseName',
  'Surname',
  'WeddingAnniversary',
];

export function readShape(shape: Node | undefined): Shape {
  const additional = one(shape, 'AdditionalProperties');
  const indexed = all(additional, 'IndexedFieldURI').map(each => attributeOf(each, 'FieldURI') ?? '');
  const fields = all(additional, 'FieldURI').map(each => attributeOf(each, 'FieldURI') ?? '');
  const properties = all(additional, 'ExtendedFieldURI')
    .filter(each => attributeOf(each, 'DistinguishedPropertySetId') === 'Address')
    .map(each => Number(attributeOf(each, 'PropertyId')));
  return { base: textOf(one(shape, 'BaseShape')), fields: new Set([...fields, ...indexed]), properties };
}

/** @param whole `GetItem` gives notes and long texts, `FindItem` does not */
export function contactElement(item: StoredItem, shape: Shape, whole: boolean): string {
  const name = item.itemClass === 'IPM.DistList' ? 't:DistributionList' : 't:Contact';
  const wants = (uri: string) => shape.base === 'AllProperties' || shape.fields.has(uri);
  const cut = (text: string) => (whole ? text : text.slice(0, longestFound));
  const { texts = {}, categories = [] } = item.fields;
  const parts = [
    wrap('t:ItemId', '', { Id: item.id, ChangeKey: item.changeKey }),
    ...(wants('item:ItemClass') ? [element('t:ItemClass', item.itemClass)] : []),
    ...(wants('item:Subject') ? [element('t:Subject', cut(texts.DisplayName ?? ''))] : []),
    ...(whole && wants('item:Body') ? [element('t:Body', texts.Body ?? '', { BodyType: 'Text' })] : []),
    ...(wants('item:Sensitivity') ? [element('t:Sensitivity', texts.Sensitivity ?? 'Normal')] : []),
    ...(wants('item:DateTimeCreated') ? [element('t:DateTimeCreated', item.created)] : []),
    ...(wants('item:Categories') ? [strings('t:Categories', categories)] : []),
    ...shape.properties.flatMap(id => extendedProperty(id, item.fields)),
    ...(name === 't:Contact' ? contactParts(item.fields, wants, cut) : []),
  ];
  return wrap(name, parts.join(''));
}

function contactParts(
  { texts = {}, title, emails = [], addresses = {}, phones = {}, imAddresses = [], children = [] }: StoredFields,
  wants: (uri: string) => boolean,
  cut: (text: string) => string,
): string[] {
  const structures: Readonly<Record<string, string>> = {
    CompleteName: wrap(
      't:CompleteName',
      [
        ['Title', title],
        ['FirstName', texts.GivenName],
        ['LastName', texts.Surname],
        ['YomiFirstName', texts.YomiFirstName],
        ['YomiLastName', texts.YomiLastName],
      ]
        .flatMap(([name, text]) => (text === undefined ? [] : [element(`t:${name}`, text)]))
        .join(''),
    ),
    EmailAddresses: entries(
      't:EmailAddresses',
      emails.map(({ address, name = address, routingType = 'SMTP' }, index) =>
        element('t:Entry', address, {
          Key: `EmailAddress${index + 1}`,
          Name: name,
          RoutingType: routingType,
          MailboxType: 'Contact',
        }),
      ),
    ),
    PhysicalAddresses: entries(
      't:PhysicalAddresses',
      Object.entries(addresses).map(([key, parts]) =>
        wrap(
          't:Entry',
          Object.entries(parts)
            .map(([part, text]) => element(`t:${part}`, cut(text)))
            .join(''),
          { Key: key },
        ),
      ),
    ),
    PhoneNumbers: entries(
      't:PhoneNumbers',
      Object.entries(phones).map(([key, number]) => element('t:Entry', number, { Key: key })),
    ),
    ImAddresses: entries(
      't:ImAddresses',
      imAddresses.map((text, index) => element('t:Entry', text, { Key: `ImAddress${index + 1}` })),
    ),
    Children: strings('t:Children', children),
  };
  const names: Readonly<Record<string, readonly string[]>> = {
    CompleteName: ['contacts:CompleteName'],
    EmailAddresses: ['contacts:EmailAddresses', 'contacts:EmailAddress'],
    PhysicalAddresses: [
      'contacts:PhysicalAddresses',
      ...['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'].map(part => `contacts:PhysicalAddress:${part}`),
    ],
    PhoneNumbers: ['contacts:PhoneNumbers', 'contacts:PhoneNumber'],
    ImAddresses: ['contacts:ImAddresses', 'contacts:ImAddress'],
    Children: ['contacts:Children'],
  };
  const isAsked = (name: string) => (names[name] ?? []).some(wants);
  const structured = (name: string) => (isAsked(name) ? [structures[name] ?? ''] : []);
  const text = (name: string) =>
    wants(`contacts:${name}`) && texts[name] !== undefined ? [element(`t:${name}`, cut(texts[name]))] : [];
  return contactTexts.flatMap(name => {
    if (name === 'GivenName') return [...structured('CompleteName'), ...text(name)];
    if (name === 'AssistantName')
      return [...['EmailAddresses', 'PhysicalAddresses', 'PhoneNumbers'].flatMap(structured), ...text(name)];
    if (name === 'Department') return [...structured('Children'), ...text(name)];
    if (name === 'JobTitle') return [...structured('ImAddresses'), ...text(name)];
    return text(name);
  });
}

function extendedProperty(id: number, { properties = {} }: StoredFields): string[] {
  const value = properties[id];
  if (value === undefined) return [];
  const type = /^\d{4}-\d\d-\d\dT/.test(value) ? 'SystemTime' : 'String';
  const uri = wrap('t:ExtendedFieldURI', '', {
    DistinguishedPropertySetId: 'Address',
    PropertyId: String(id),
    PropertyType: type,
  });
  return [wrap('t:ExtendedProperty', `${uri}${element('t:Value', value)}`)];
}

function strings(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : wrap(name, texts.map(text => element('t:String', text)).join(''));
}

function entries(name: string, content: readonly string[]): string {
  return content.length === 0 ? '' : wrap(name, content.join(''));
}
