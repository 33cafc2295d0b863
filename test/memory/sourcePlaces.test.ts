import { sourceSettings } from '../../shared/settings/sourceSettings.ts';
import { openContactSource } from '../../shared/sources/index.ts';
import { describeSourceKind } from '../shared/sources/everyKind.ts';
import { memorySourceAdapters } from './adapters.ts';
import { createTestClock } from './clock.ts';
import { createMemoryGraph } from './graph.ts';
import { createSourcePlaces } from './sourcePlaces.ts';

describe.each(['csv', 'directory', 'sql', 'exchangeServer'] as const)('in memory, %s', kind => {
  describeSourceKind(
    kind,
    async () => {
      const { places, adapters, connections } = createSourcePlaces();
      const place = places[kind];
      const clock = createTestClock(1_700_000_000_000);
      const through = { ...memorySourceAdapters(createMemoryGraph(), clock), ...adapters, connections };
      return {
        open: () => openContactSource(sourceSettings.parse(place.settings), through),
        put: async (key, displayName) => place.put(key, { displayName, address: `p${key}@contoso.example` }),
        remove: async key => place.remove(key),
        breakOff: async () => place.breakOff(),
        mend: async () => place.mend(),
        async kill(cursor) {
          place.killCursors();
          return kind === 'sql' ? 'of another version' : cursor;
        },
        close: async () => {},
      };
    },
    { believesEmptiness: kind !== 'sql' },
  );
});
