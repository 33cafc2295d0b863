import { noStampKey } from '../../shared/domain/stamp.ts';
import type { StoredContact } from '../memory/graphMailbox.ts';

export function isOurs({ stamp }: StoredContact): boolean {
  return stamp?.key !== undefined && stamp.key !== noStampKey;
}
