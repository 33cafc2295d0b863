import { withIdentity, withOwnersAmongTargets } from '../../../../shared/domain/audience.ts';
import { createViewerReader } from '../../../../shared/engine/wanted/index.ts';
import { openProgress } from '../../../../shared/store/progress.ts';
import { createMemoryTables } from '../../../memory/tables.ts';

test('who left while the owners among the targets were read is one of them again once they are back', async () => {
  const progress = openProgress(createMemoryTables().progress);
  const wantedAudience = withIdentity('', ['ada']);
  const audience = withOwnersAmongTargets('', new Set(['ada']));
  await progress.add('staff', [{ mailboxId: 'ada', wanted: 'leaving', wantedAudience }]);
  const readViewer = createViewerReader(progress);
  expect((await readViewer('staff', audience)).amongTargets).toEqual(new Set());
  await progress.note('staff', [{ mailboxId: 'ada', wanted: 'target' }]);
  expect(await readViewer('staff', audience)).toEqual({ audience, amongTargets: new Set(['ada']) });
});
