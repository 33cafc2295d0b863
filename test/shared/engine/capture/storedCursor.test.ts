import { cursorColumns } from '../../../../shared/engine/capture/storedCursor.ts';
import { listOf } from '../world.ts';

test('a cursor that no row holds is not kept, so that the next capture reads from the start', () => {
  const source = { kind: 'exchangeServer', connection: 'onprem', mailbox: 'a@contoso.com', folders: ['contacts'] };
  const list = listOf({ sources: [{ ...source, name: 'one' }] });
  expect(cursorColumns('x'.repeat(450_000), list).cursor).toHaveLength(450_000);
  expect(cursorColumns('x'.repeat(450_001), list).cursor).toBeUndefined();
});
