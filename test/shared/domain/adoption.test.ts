import {
  addressPrint,
  adoptionOf,
  afterWrite,
  categoriesGiven,
  formerCategories,
  needsContent,
  ownFields,
  takeFields,
  unknownAdoption,
  writtenFields,
} from '../../../shared/domain/adoption.ts';
import { type ContactField, contactFields } from '../../../shared/domain/contact.ts';

const managed: readonly ContactField[] = ['displayName', 'jobTitle', 'department', 'emailAddresses'];
const users = { displayName: 'Ada', jobTitle: 'Countess', nickName: 'Enchantress' };

test('an adoption notes what each field held that the source has and the list manages', () => {
  const found = { parentFolderId: 'contacts', contact: users };
  const wanted = { jobTitle: 'Chief', department: 'Engines', nickName: 'A' };
  const adoption = adoptionOf(found, wanted, managed);
  expect(adoption).toEqual({ folderId: 'contacts', before: { jobTitle: 'Countess', department: null } });
  expect(writtenFields(adoption)).toEqual(['jobTitle', 'department']);
});

test('what a newer version noted of a field that this one does not know is kept, and not written', () => {
  const before = { jobTitle: 'Countess', telepathy: 'strong' };
  expect(writtenFields({ folderId: 'contacts', before })).toEqual(['jobTitle']);
  expect(afterWrite({ folderId: 'contacts', before }, { jobTitle: 'Chief' }, ['jobTitle']).before).toEqual(before);
});

test('of an adoption of which no row tells nothing is known but the folder', () => {
  expect(unknownAdoption('contacts')).toEqual({ folderId: 'contacts', before: {} });
});

test('ours are the managed fields that the source has or that we wrote before', () => {
  const adoption = { folderId: 'contacts', before: { department: null, nickName: null } };
  expect(ownFields(adoption, { jobTitle: 'Chief', surname: 'King' }, managed)).toEqual(['jobTitle', 'department']);
});

test.each<[string, Parameters<typeof needsContent>[1], readonly ContactField[], boolean]>([
  ['takes a field that was the user’s', { displayName: 'Ada', department: 'Engines' }, ['department'], true],
  ['gives a field back', { displayName: 'Ada' }, ['jobTitle'], true],
  ['changes a field of ours', { displayName: 'Ada', jobTitle: 'Chief' }, ['jobTitle'], false],
  ['leaves alone what is neither there nor ours', { displayName: 'Ada' }, ['department'], false],
  ['changes a part of the name while the display name is the user’s', { surname: 'King' }, ['surname'], true],
  ['changes a part of the name beside the display name', { displayName: 'Ada', surname: 'King' }, ['surname'], false],
  [
    'takes one field beside one of ours',
    { displayName: 'Ada', department: 'E', jobTitle: 'C' },
    ['department', 'jobTitle'],
    true,
  ],
  [
    'changes a part of the name beside another field',
    { surname: 'King', jobTitle: 'C' },
    ['jobTitle', 'surname'],
    true,
  ],
  ['changes no part of the name', { jobTitle: 'Chief' }, ['jobTitle'], false],
])('a write that %s has to know the contact, or not', (_, wanted, fields, expected) => {
  const adoption = { folderId: 'contacts', before: { jobTitle: 'Clerk', surname: null } };
  expect(needsContent(adoption, wanted, fields)).toBe(expected);
});

test('a write notes what it takes of the user, and nothing of what is ours or stays the user’s', () => {
  const adoption = { folderId: 'contacts', before: { jobTitle: 'Countess' }, addresses: 'x' };
  const wanted = { jobTitle: 'Chief', displayName: 'Ada King', department: 'Engines' };
  const present = { ...users, jobTitle: 'Head' };
  expect(takeFields(adoption, present, wanted, ['jobTitle', 'displayName', 'department', 'nickName'])).toEqual({
    ...adoption,
    before: { jobTitle: 'Countess', displayName: 'Ada', department: null },
  });
  expect(takeFields(adoption, present, wanted, ['jobTitle', 'nickName'])).toBe(adoption);
});

test('once it is written, what the source does not have any more is the user’s again', () => {
  const adoption = { folderId: 'contacts', before: { jobTitle: 'Countess', department: null }, addresses: 'x' };
  expect(afterWrite(adoption, { jobTitle: 'Chief' }, contactFields)).toStrictEqual({
    folderId: 'contacts',
    before: { jobTitle: 'Countess' },
  });
  const wanted = { emailAddresses: [{ address: 'Ada@contoso.example', name: 'Ada' }] };
  expect(afterWrite(adoption, wanted, contactFields)).toStrictEqual({
    folderId: 'contacts',
    before: {},
    addresses: addressPrint({ emailAddresses: [{ address: 'ada@contoso.example' }] }),
  });
});

test.each([{ hasPhoto: true }, { hadNoPhoto: true }, {}] as const)(
  'what was seen of its photo stays known: %j',
  photo => {
    const adoption = { folderId: 'contacts', before: {}, ...photo };
    expect(afterWrite(adoption, {}, contactFields)).toStrictEqual(adoption);
  },
);

test('a field that was not written, since the mapping has left it out, still holds ours', () => {
  const adoption = { folderId: 'contacts', before: { jobTitle: 'Countess', mobilePhone: null } };
  expect(afterWrite(adoption, { jobTitle: 'Chief' }, ['jobTitle'])).toEqual(adoption);
});

test('of its categories ours are those that the user had not given it', () => {
  const adoption = { folderId: 'contacts', before: { categories: ['Friends', 'VIP'] } };
  expect(categoriesGiven(adoption, { categories: ['vip', 'Company'] })).toEqual(['Company']);
  expect(categoriesGiven({ folderId: 'contacts', before: {} }, { categories: ['Company'] })).toEqual(['Company']);
  expect(categoriesGiven(adoption, {})).toEqual([]);
});

test('the user’s are those that it had before, but for those that the source has, too', () => {
  const adoption = { folderId: 'contacts', before: { categories: ['Friends', 'VIP'] } };
  expect(formerCategories(adoption, { categories: ['Vip', 'Company'] })).toEqual(new Set(['friends']));
  expect(formerCategories(adoption, {})).toEqual(new Set(['friends', 'vip']));
  expect(formerCategories({ folderId: 'contacts', before: {} }, {})).toEqual(new Set());
});
