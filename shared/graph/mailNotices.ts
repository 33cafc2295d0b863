import * as z from 'zod';
import type { Notice } from '../domain/notice.ts';
import { GraphFailure } from '../ports/contactMailbox.ts';
import { type NoticeTarget, NoticeUnsent } from '../ports/notices.ts';
import type { GraphClient } from './client.ts';
import { isCode } from './failures.ts';
import { graphPath } from './links.ts';
import { change, openScope } from './requests.ts';

interface NoticeMail {
  /** Address or object id of the mailbox that sends. */
  readonly from: string;
  /** Addresses. */
  readonly to: readonly string[];
  /** Undefined where there is no console. */
  readonly consoleUrl: string | undefined;
}

/** Only who may send gets as far as to hear that a mail has nobody to go to. */
const noRecipients = 'ErrorInvalidRecipients';

/**
 * Notices as mail, sent by Graph from one mailbox and kept in none of its folders
 * (https://learn.microsoft.com/graph/api/user-sendmail).
 */
export function openMailNotices({ from, to, consoleUrl }: NoticeMail, client: GraphClient): NoticeTarget {
  const path = graphPath(['users', from, 'sendMail']);
  return {
    way: 'mail',
    send: notice => unsentByMail(() => sendMail(mailOf(notice, to, consoleUrl))),
    check: () => unsentByMail(refuseMailWithoutRecipients),
  };

  async function sendMail(message: object): Promise<void> {
    const scope = openScope(client, 'mailbox');
    await change(scope, { method: 'POST', path, body: { message, saveToSentItems: false } }, z.unknown());
  }

  async function refuseMailWithoutRecipients(): Promise<void> {
    try {
      await sendMail(mailOf({ title: 'Contact Folder Sync', facts: [], more: 0 }, [], undefined));
    } catch (error) {
      if (error instanceof GraphFailure && isCode(error, noRecipients)) return;
      throw error;
    }
    throw new NoticeUnsent('UnexpectedAnswer', 'mail');
  }
}

function mailOf({ title, facts, more }: Notice, to: readonly string[], consoleUrl: string | undefined): object {
  const lines = [
    ...facts.map(fact => `${fact.title}: ${fact.value}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(consoleUrl ? ['', `The console: ${consoleUrl}`] : []),
  ];
  return {
    subject: title,
    body: { contentType: 'Text', content: lines.join('\r\n') },
    toRecipients: to.map(address => ({ emailAddress: { address } })),
  };
}

/** @throws NoticeUnsent with Graph's code */
async function unsentByMail(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    throw new NoticeUnsent(error.code, 'mail');
  }
}
