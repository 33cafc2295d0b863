import type { ListView } from '../../../shared/api/lists.ts';

export const sourceKinds: Readonly<Record<ListView['sources'][number]['kind'], string>> = {
  contactFolder: 'contact folders',
  csv: 'a CSV file',
  directory: 'the directory',
  exchangeServer: 'an Exchange server',
  sql: 'a database',
};
