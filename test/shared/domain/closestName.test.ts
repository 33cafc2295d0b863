import { closestName, didYouMean } from '../../../shared/domain/closestName.ts';

const known = ['id', 'name', 'source', 'targets', 'destination', 'businessPhones'];

test.each([
  ['one letter of a short name', 'nam', 'name'],
  ['one letter of a name of four', 'nome', 'name'],
  ['two letters of a name of five', 'souce', 'source'],
  ['two letters of a name of eight', 'targetxy', 'targets'],
  ['three letters of a longer name', 'destinatxxx', 'destination'],
  ['the case', 'BUSINESSPHONES', 'businessPhones'],
])('who mistypes %s means the name', (_, typed, meant) => {
  expect(closestName(typed, known)).toBe(meant);
  expect(didYouMean(typed, known)).toBe(`: did you mean "${meant}"?`);
});

test.each([
  ['two letters of a name of four', 'noma'],
  ['three letters of a name of eight', 'txxxgets'],
  ['four letters of a longer name', 'desxxxxtion'],
  ['everything', 'colour'],
])('who mistypes %s means nobody knows what', (_, typed) => {
  expect(closestName(typed, known)).toBeUndefined();
  expect(didYouMean(typed, known)).toBe('');
});

test('among no names none is near', () => {
  expect(closestName('name', [])).toBeUndefined();
});
