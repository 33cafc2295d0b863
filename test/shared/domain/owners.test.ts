import type { Contact } from '../../../shared/domain/contact.ts';
import { fieldsOfOwners, type OwnersSource, ownerPrint, ownersOf } from '../../../shared/domain/owners.ts';

const ada = 'ada@contoso.com';
const ben = 'ben@contoso.com';

test.each<[string, OwnersSource, Contact, string[]]>([
  ['a field', 'userField1', { userField1: ada }, [ada]],
  ['an element of a list', 'imAddresses[0]', { imAddresses: [ada, ben] }, [ada]],
  ['a whole list', 'imAddresses', { imAddresses: [ada, ben] }, [ada, ben]],
  ['e-mail entries', 'emailAddresses', { emailAddresses: [{ name: 'Ada', address: ada }, { name: 'Nobody' }] }, [ada]],
  ['a column', 'owners', { owners: [`${ada};${ben}`] }, [ada, ben]],
  ['several in one text', 'manager', { manager: `${ada}; ${ben},\n` }, [ada, ben]],
  ['names before addresses', 'manager', { manager: `Ada Lovelace <${ada}>; "Ben" <${ben}>` }, [ada, ben]],
  ['one twice', 'manager', { manager: `${ada}; ADA@Contoso.com ` }, [ada]],
  [
    'categories',
    { category: 'Owner: ' },
    { categories: ['Board of directors', `owner: ${ada}`, `Owner:  ${ben}`] },
    [ada, ben],
  ],
  ['categories, of which it has none', { category: 'Owner: ' }, {}, []],
  ['the column, which it has not', 'owners', {}, []],
  ['an address, which is no text', 'businessAddress', { businessAddress: { city: ada } }, []],
  ['what is no field', 'nonsense[', { displayName: ada }, []],
  ['nothing', 'manager', { displayName: ada }, []],
  ['blanks', 'manager', { manager: ' ; ' }, []],
])('owners by %s', (_, from, contact, owners) => {
  expect(ownersOf(contact, { from })).toEqual(owners);
});

test.each<[string, OwnersSource | undefined, string[]]>([
  ['no rule', undefined, []],
  ['categories', { category: 'Owner: ' }, ['categories']],
  ['an element of a list', 'imAddresses[0]', ['imAddresses']],
  ['the column', 'owners', []],
])('the fields of a contact that owners by %s are in', (_, from, fields) => {
  expect(fieldsOfOwners(from === undefined ? undefined : { from })).toStrictEqual(fields);
});

test('a mailbox is known by an address whatever its case and the blanks around it', () => {
  expect(ownerPrint(' Ada@Contoso.com ')).toBe(ownerPrint(ada));
  expect(ownerPrint(ben)).not.toBe(ownerPrint(ada));
});
