import type { Notice, NoticeWay } from '../domain/notice.ts';

/** Where notices go. */
export interface NoticeTarget {
  readonly way: NoticeWay;
  /**
   * @param id of this sending, unique
   * @throws NoticeUnsent
   */
  send(notice: Notice, id: string): Promise<void>;
  /** Whether one could be sent, as far as that shows without sending one. @throws NoticeUnsent */
  check(): Promise<void>;
}

/** `code` is the service's or the network's own word, and quotes nothing of the address, which is a secret. */
export class NoticeUnsent extends Error {
  override readonly name = 'NoticeUnsent';
  readonly code: string;
  readonly way: NoticeWay;

  constructor(code: string, way: NoticeWay = 'webhook') {
    super(`The notice could not be sent (${code})`);
    this.code = code;
    this.way = way;
  }
}
