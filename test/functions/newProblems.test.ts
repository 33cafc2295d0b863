import { createNewProblems } from '../../functions/newProblems.ts';

const noFolder = { list: 'staff', code: 'SourceFolderNotFound' };
const noGroup = { list: 'board', code: 'UnknownTargetGroup' };

test('a problem is new once, however often it is met and beside whatever else', () => {
  const newProblems = createNewProblems();
  expect(newProblems([noFolder, noFolder], true)).toEqual([noFolder]);
  expect(newProblems([noGroup, noFolder], true)).toEqual([noGroup]);
  expect(newProblems([{ ...noFolder }], true)).toEqual([]);
});

test('a problem is new again when it changed, or had gone from a look at everything', () => {
  const newProblems = createNewProblems();
  newProblems([noFolder, noGroup], true);
  expect(newProblems([{ ...noFolder, code: 'ErrorAccessDenied' }], false)).toHaveLength(1);
  expect(newProblems([noFolder], false)).toEqual([]);
  expect(newProblems([noFolder], true)).toEqual([]);
  expect(newProblems([noFolder, noGroup], true)).toEqual([noGroup]);
});
