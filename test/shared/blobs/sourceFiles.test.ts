import { openSourceFiles } from '../../../shared/blobs/sourceFiles.ts';
import { FileUnavailable } from '../../../shared/ports/sourceFiles.ts';
import { createMemoryFiles } from '../../memory/sourceFiles.ts';
import { describeSourceFiles } from '../../ports/sourceFilesSuite.ts';
import { useStorages } from './useStorages.ts';

const start = useStorages();

describeSourceFiles('files in memory', async () => createMemoryFiles());
describeSourceFiles('blobs of a storage account', async () => openSourceFiles(await start()));

test('a storage account that refuses the key says which word it has for that, and nothing of the file', async () => {
  const { connectionString } = await start();
  const wrongKey = connectionString.replace(
    /AccountKey=[^;]+/,
    `AccountKey=${Buffer.from('wrong').toString('base64')}`,
  );
  const error: unknown = await openSourceFiles({ connectionString: wrongKey })
    .read('secret-name.csv', undefined)
    .catch(each => each);
  if (!(error instanceof FileUnavailable)) throw new Error(String(error));
  expect(error.code).toMatch(/^\w+$/);
  expect(error.message).not.toContain('secret-name');
});
