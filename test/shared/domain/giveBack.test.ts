import { type Adoption, addressPrint } from '../../../shared/domain/adoption.ts';
import type { Contact } from '../../../shared/domain/contact.ts';
import { fingerprint, fingerprintFields } from '../../../shared/domain/fingerprint.ts';
import { adoptedContent, givenBack, valuesOf, type Written } from '../../../shared/domain/giveBack.ts';

const nothing: Written = { fields: {}, values: new Set() };

function wrote(contact: Contact): Written {
  return { fields: fingerprintFields(contact), values: new Set() };
}

function adoption(before: Adoption['before'], addresses?: string): Adoption {
  return { folderId: 'contacts', before, ...(addresses !== undefined && { addresses }) };
}

test('the values of a contact are those of its fields, of the elements of lists and of the parts of addresses', () => {
  const address = { city: 'London', street: 'St James’s Square 12' };
  const phones = ['+44 20 1', '+44 20 2'];
  const values = valuesOf({ displayName: 'Ada', businessPhones: phones, homeAddress: address });
  const expected = ['Ada', phones, ...phones, address, ...Object.values(address)].map(fingerprint);
  expect([...values].sort()).toEqual(expected.sort());
});

describe('an adopted contact is given back', () => {
  const ours = { jobTitle: 'Chief', department: 'Engines' };
  const before = adoption({ jobTitle: 'Clerk', department: null });

  test('with what its fields held before, where they hold what we wrote', () => {
    const { contact, fields } = givenBack({ fields: {} }, before, { ...ours, surname: 'King' }, wrote(ours));
    expect(contact).toStrictEqual({ jobTitle: 'Clerk', surname: 'King' });
    expect(fields).toEqual(['department', 'jobTitle']);
  });

  test('with a value of ours in any field, where it is not known into which one it was written', () => {
    const written = { fields: {}, values: valuesOf({ companyName: 'Chief' }) };
    expect(givenBack({ fields: {} }, before, ours, written)).toEqual({
      contact: { jobTitle: 'Clerk', department: 'Engines' },
      fields: ['jobTitle'],
    });
  });

  test.each<[string, Contact]>([
    ['the user wrote something else', { jobTitle: 'Countess' }],
    ['the user took out', {}],
    ['holds what it held before', { jobTitle: 'Clerk' }],
  ])('without a field that %s', (_, present) => {
    const result = givenBack({ fields: {} }, before, present, wrote({ jobTitle: 'Chief' }));
    expect(result).toStrictEqual({ contact: present, fields: [] });
  });

  test('without a field that the user held and we wrote alike', () => {
    const alike = { jobTitle: 'Clerk' };
    expect(givenBack({ fields: {} }, adoption(alike), alike, wrote(alike))).toStrictEqual({
      contact: alike,
      fields: [],
    });
  });

  test('without addresses, where the user took out those that had none', () => {
    const taken = adoption(
      { emailAddresses: [{ address: 'a@x.example' }] },
      addressPrint({ emailAddresses: [{ name: 'A' }] }),
    );
    expect(givenBack({ fields: {} }, taken, {}, nothing)).toStrictEqual({ contact: {}, fields: [] });
  });

  test('without a field of which it is not known what it held', () => {
    expect(givenBack({ fields: {} }, adoption({}), ours, wrote(ours))).toEqual({ contact: ours, fields: [] });
  });

  test('without its e-mail addresses, also where Exchange has given them other names', () => {
    const wanted = { emailAddresses: [{ address: 'ada@contoso.example' }] };
    const present = { emailAddresses: [{ address: 'Ada@contoso.example', name: 'Ada King' }] };
    const taken = adoption({ emailAddresses: null }, addressPrint(wanted));
    expect(givenBack({ fields: {} }, taken, present, nothing)).toStrictEqual({
      contact: {},
      fields: ['emailAddresses'],
    });
    const others = { emailAddresses: [{ address: 'king@contoso.example' }] };
    expect(givenBack({ fields: {} }, taken, others, nothing)).toStrictEqual({ contact: others, fields: [] });
  });

  test('the print of its addresses says nothing about another field', () => {
    const [present, taken] = [{ jobTitle: 'Countess' }, adoption({ jobTitle: 'Clerk' }, addressPrint({}))];
    expect(givenBack({ fields: {} }, taken, present, nothing)).toEqual({ contact: present, fields: [] });
  });

  test('without the categories that we put on it, and with those of the user', () => {
    const entry = { categories: ['Company'], fields: {} };
    const taken = adoption({ categories: ['Friends'] });
    const both = { categories: ['Friends', 'Company'] };
    expect(givenBack(entry, taken, both, wrote(both))).toStrictEqual({
      contact: { categories: ['Friends'] },
      fields: ['categories'],
    });
    expect(givenBack(entry, taken, { categories: ['Company'] }, nothing)).toStrictEqual({
      contact: {},
      fields: ['categories'],
    });
    const own = { categories: ['Friends'] };
    expect(givenBack(entry, taken, own, nothing)).toStrictEqual({ contact: own, fields: [] });
  });

  test('of a write that nobody recorded the categories go, too, but for those that the user had', () => {
    const unrecorded: Written = { ...nothing, categories: ['Board', 'Mine'] };
    const had = adoption({ categories: ['mine'] });
    const present = { categories: ['mine', 'Board', 'Other'] };
    expect(givenBack({ fields: {} }, had, present, unrecorded)).toStrictEqual({
      contact: { categories: ['mine', 'Other'] },
      fields: ['categories'],
    });
  });
});

describe('to an adopted contact is written', () => {
  const present = { jobTitle: 'Chief', department: 'Engines', surname: 'King' };

  test('what is wanted, whatever is there', () => {
    const wanted = { jobTitle: 'Head' };
    expect(adoptedContent(adoption({ jobTitle: 'Clerk' }), present, wanted, ['jobTitle'], wrote(present))).toEqual({
      contact: { ...present, jobTitle: 'Head' },
      fields: ['jobTitle'],
    });
  });

  test('what the user had, in a field that the source does not have any more and that holds what we wrote', () => {
    const taken = adoption({ jobTitle: 'Clerk', department: null });
    const fields = ['jobTitle', 'department'] as const;
    expect(adoptedContent(taken, present, {}, fields, wrote(present))).toStrictEqual({
      contact: { jobTitle: 'Clerk', surname: 'King' },
      fields: ['jobTitle', 'department'],
    });
    expect(adoptedContent(taken, present, {}, fields, nothing)).toStrictEqual({ contact: present, fields: [] });
  });

  test('no category, where none is wanted: whose they are is settled already', () => {
    const labelled = { ...present, categories: ['Company'] };
    expect(adoptedContent(adoption({ categories: null }), labelled, {}, ['categories'], nothing)).toStrictEqual({
      contact: present,
      fields: ['categories'],
    });
  });
});
