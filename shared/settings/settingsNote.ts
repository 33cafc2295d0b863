/** What an admin should know of settings that can be used. */
export interface SettingsNote {
  /**
   * `RefusedSoon`: goes on in this version, since installed apps may have it, and is refused by the next one.
   * `ConsoleShut`: the console is wanted, and what would guard it is off.
   * `UntrustedCertificate`: whoever stands between app and server may read along.
   */
  readonly code:
    | 'RefusedSoon'
    | 'UnknownSetting'
    | 'NoLists'
    | 'ConsoleShut'
    | 'DefaultFolder'
    | 'UntrustedCertificate';
  readonly detail: string;
  /** Id of the list that it is about. */
  readonly list?: string;
}
