import type { Pin } from '../../domain/pin.ts';
import { settingsFingerprint } from '../../settings/contactList.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import { asPinned } from '../rollouts/index.ts';
import type { KnownList } from './knownLists.ts';

/** Fingerprint of the settings that the list's mailboxes should be in line with: of those that it is pinned to, where they can be read. */
export async function settingsOf(
  { list, settings }: KnownList,
  pin: Pin | undefined,
  partition: ListPartition,
): Promise<string | undefined> {
  if (!list || pin?.definition === undefined) return settings;
  try {
    return settingsFingerprint(await asPinned(list, pin, partition));
  } catch (error) {
    if (error instanceof DamagedRow) return settings;
    throw error;
  }
}
