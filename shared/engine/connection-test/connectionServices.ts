import type { Services } from '../services.ts';

export type ConnectionServices = Pick<
  Services,
  | 'clock'
  | 'schedules'
  | 'settingsNotes'
  | 'openDirectory'
  | 'openMailbox'
  | 'openFolderTree'
  | 'sourceAdapters'
  | 'probes'
  | 'webhooks'
  | 'photos'
  | 'noticeTargets'
>;
