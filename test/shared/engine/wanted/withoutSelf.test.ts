import { createJournalReader } from '../../../../shared/engine/wanted/wantedContacts.ts';
import { withoutSelf } from '../../../../shared/engine/wanted/withoutSelf.ts';
import { settingsFingerprint } from '../../../../shared/settings/contactList.ts';
import { createWorld, listOf } from '../world.ts';

const ofDirectory = (settings: object = {}) => listOf({ sources: [{ name: 'staff', kind: 'directory', ...settings }] });
const goal = { head: 2, epoch: 0, newest: 2 };

async function namesFor(list: ReturnType<typeof listOf>): Promise<(string | undefined)[][]> {
  const world = createWorld();
  const [self = '', other = ''] = world.addContacts(2);
  await world.capture();
  const reader = withoutSelf(createJournalReader(world.openListPartition), list, self);
  const { changes } = await reader.readWanted(list, 'snapshot', goal);
  const single = await reader.readContacts(list, [self, other], goal);
  return [changes, single].map(each => each.map(({ wanted }) => wanted?.contact.displayName).sort());
}

test('a person is not in their own list of the directory, unless the source says so', async () => {
  expect(await namesFor(ofDirectory())).toEqual([['Contact 2'], ['Contact 2', undefined]]);
  expect(await namesFor(ofDirectory({ includeSelf: true }))).toEqual([
    ['Contact 1', 'Contact 2'],
    ['Contact 1', 'Contact 2'],
  ]);
  expect((await namesFor(listOf()))[0]).toHaveLength(2);
});

test('the settings of a list are others where that changes, and the same for lists of other sources', () => {
  expect(settingsFingerprint(ofDirectory())).toBe(settingsFingerprint(listOf()));
  expect(settingsFingerprint(ofDirectory({ includeSelf: true }))).not.toBe(settingsFingerprint(ofDirectory()));
});
