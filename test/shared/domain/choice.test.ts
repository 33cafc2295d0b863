import { type ChoicePolicy, choicePolicies, choices, isChosen } from '../../../shared/domain/choice.ts';

test('a list asks nobody, leaves out who wants it so, or goes to who asks for it', () => {
  const gets = (policy: ChoicePolicy) => [undefined, ...choices].map(choice => isChosen(policy, choice));
  expect(choicePolicies.map(policy => [policy, ...gets(policy)])).toEqual([
    // policy; nothing chosen, on, off
    ['none', true, true, true],
    ['optOut', true, true, false],
    ['optIn', false, true, false],
  ]);
});
