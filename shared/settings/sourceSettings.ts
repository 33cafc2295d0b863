import * as z from 'zod';
import type { ConnectionKind } from './connections.ts';
import { contactFolderSettings, placesOfContactFolders } from './contactFolderSource.ts';
import { csvSettings } from './csvSource.ts';
import { directorySettings } from './directorySource.ts';
import { exchangeServerSettings } from './exchangeServerSource.ts';
import type { Place } from './place.ts';
import { sqlSettings } from './sqlSource.ts';
import { sayKinds } from './strictObject.ts';

const named = [csvSettings, directorySettings, exchangeServerSettings, sqlSettings] as const;

/** What a list reads. */
export const sourceSettings = z.discriminatedUnion('kind', [contactFolderSettings, ...named], {
  error: sayKinds('source'),
});
export type SourceSettings = z.infer<typeof sourceSettings>;
export const sourceKinds = ['contactFolder', ...named.map(({ shape }) => shape.kind.value)] as const;

/** The contact folders in Exchange Online that a list reads. */
export function placesOf(source: SourceSettings): readonly Place[] {
  switch (source.kind) {
    case 'contactFolder':
      return placesOfContactFolders(source);
    case 'csv':
    case 'exchangeServer':
    case 'sql':
    case 'directory':
      return [];
  }
}

/** The connection that a source names, and the kinds that it may have; undefined where it needs none. */
export function connectionOf(source: SourceSettings): NeededConnection | undefined {
  switch (source.kind) {
    case 'csv':
    case 'directory':
      return undefined;
    case 'contactFolder':
      return source.connection === undefined ? undefined : { name: source.connection, kinds: ['tenant'] };
    case 'exchangeServer':
      return { name: source.connection, kinds: ['exchangeServer'] };
    case 'sql':
      return { name: source.connection, kinds: ['postgres', 'azureSql'] };
  }
}

export interface NeededConnection {
  readonly name: string;
  readonly kinds: readonly ConnectionKind[];
}
