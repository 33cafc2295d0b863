import type { Contact } from '../../../shared/domain/contact.ts';
import { type OwnersSource, ownersOf } from '../../../shared/domain/owners.ts';

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
  ['categories', { category: 'Owner: ' }, { categories: ['VIP', `owner: ${ada}`, `Owner:  ${ben}`] }, [ada, ben]],
  ['nothing', 'manager', { displayName: ada }, []],
  ['blanks', 'manager', { manager: ' ; ' }, []],
])('owners by %s', (_, from, contact, owners) => {
  expect(ownersOf(contact, { from })).toEqual(owners);
});
