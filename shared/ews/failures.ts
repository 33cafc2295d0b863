import { ExchangeFailure, type ExchangeFailureKind } from '../ports/exchangeServer.ts';
import type { HttpAnswer } from './transport.ts';
import { readSoapBody, type XmlElement } from './xml.ts';

/** Codes of EWS that mean something to us (Microsoft: ResponseCode). */
const kinds: Readonly<Record<string, ExchangeFailureKind>> = {
  ErrorAccessDenied: 'accessDenied',
  ErrorImpersonateUserDenied: 'accessDenied',
  ErrorItemNotFound: 'notFound',
  ErrorFolderNotFound: 'notFound',
  ErrorInvalidFolderId: 'notFound',
  ErrorInvalidIdMalformed: 'notFound',
  ErrorNonExistentMailbox: 'noMailbox',
  ErrorInvalidSyncStateData: 'syncStateDead',
  ErrorServerBusy: 'busy',
  ErrorExceededConnectionCount: 'busy',
  ErrorMailboxStoreUnavailable: 'unreachable',
  ErrorInternalServerTransientError: 'unreachable',
  ErrorTimeoutExpired: 'unreachable',
};

/** Exchange asks to come again later. */
export class ExchangeBusy extends ExchangeFailure {
  /** Undefined where it does not say when. */
  readonly backOffMilliseconds: number | undefined;

  constructor(code: string, backOffMilliseconds: number | undefined) {
    super('busy', code);
    this.backOffMilliseconds = backOffMilliseconds;
  }
}

/** The body of an answer that is none of a failure. @throws ExchangeFailure */
export function readAnswer({ status, text }: HttpAnswer): XmlElement {
  if (status === 401) throw new ExchangeFailure('signInRefused', '401');
  if (status === 403) throw new ExchangeFailure('accessDenied', '403');
  if (status === 503) throw new ExchangeBusy('503', undefined);
  const body = status === 200 || status === 500 ? readSoapBody(text) : undefined;
  if (!body) throw new ExchangeFailure(status >= 500 ? 'unreachable' : 'unreadable', String(status));
  const fault = body.find('Fault');
  if (fault) throw failureOfFault(fault);
  if (status !== 200) throw new ExchangeFailure('unreachable', String(status));
  return body;
}

function failureOfFault(fault: XmlElement): ExchangeFailure {
  const detail = fault.find('detail');
  const code = detail?.find('ResponseCode')?.text() ?? fault.find('faultcode')?.text().split(':').at(-1) ?? '';
  return failureOfCode(code, detail?.find('MessageXml'));
}

/** @param message one of an answer's response messages */
export function failureOfMessage(message: XmlElement): ExchangeFailure | undefined {
  if (message.requiredAttribute('ResponseClass') !== 'Error') return undefined;
  return failureOfCode(message.child('ResponseCode').text(), message.find('MessageXml'));
}

function failureOfCode(code: string, details: XmlElement | undefined): ExchangeFailure {
  // Nothing of the server's but a code gets into a status.
  const known = /^[A-Za-z0-9]{1,80}$/.test(code) ? code : 'UnknownCode';
  const kind = kinds[known] ?? 'refused';
  if (kind !== 'busy') return new ExchangeFailure(kind, known);
  const value = details?.children('Value').find(each => each.attribute('Name') === 'BackOffMilliseconds');
  const backOff = Number(value?.text());
  return new ExchangeBusy(known, value && Number.isFinite(backOff) ? backOff : undefined);
}
