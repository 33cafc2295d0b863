import type { Settings } from './settings.ts';

/** What the settings allow lists that are stored to read. */
export function openSourcesOf({
  consoleSources,
  connections,
  csvHosts,
}: Pick<Settings, 'consoleSources' | 'connections' | 'csvHosts'>) {
  const open = [...connections.usable].filter(([, connection]) => connection.console === true);
  return {
    mailboxes: [...consoleSources],
    connections: open.map(([name, { kind }]) => ({ name, kind })),
    csvHosts: [...csvHosts],
  };
}
