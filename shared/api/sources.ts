import * as z from 'zod';

/** What a list that is not in `CONTACT_LISTS` may read. */
export const openSourcesView = z.object({
  mailboxes: z.array(z.string()).meta({ description: 'Addresses, as CONSOLE_SOURCES names them' }),
  connections: z
    .array(z.object({ name: z.string(), kind: z.enum(['tenant', 'postgres', 'azureSql', 'exchangeServer']) }))
    .meta({ description: 'Those of CONNECTIONS that are open to such lists' }),
  csvHosts: z.array(z.string()),
});
export type OpenSources = z.infer<typeof openSourcesView>;
