import { element, wrap } from './xml.ts';

/** What Exchange answers instead of what was asked for. */
export class EwsError extends Error {
  readonly code: string;
  readonly backOffMilliseconds: number | undefined;

  constructor(code: string, backOffMilliseconds?: number) {
    super(code);
    this.code = code;
    this.backOffMilliseconds = backOffMilliseconds;
  }
}

const namespaces = {
  'xmlns:s': 'http://schemas.xmlsoap.org/soap/envelope/',
  'xmlns:h': 'http://schemas.microsoft.com/exchange/services/2006/types',
  'xmlns:m': 'http://schemas.microsoft.com/exchange/services/2006/messages',
  'xmlns:t': 'http://schemas.microsoft.com/exchange/services/2006/types',
};
/** Exchange 2019 CU14. */
const version = {
  MajorVersion: '15',
  MinorVersion: '2',
  MajorBuildNumber: '1544',
  MinorBuildNumber: '4',
  Version: 'V2017_07_11',
};

export function envelope(body: string): string {
  const header = wrap('s:Header', wrap('h:ServerVersionInfo', '', version));
  return `<?xml version="1.0" encoding="utf-8"?>${wrap('s:Envelope', `${header}${wrap('s:Body', body)}`, namespaces)}`;
}

/** @param messages each made by `success` or `failure` */
export function responseOf(operation: string, messages: readonly string[]): string {
  return wrap(`m:${operation}Response`, wrap('m:ResponseMessages', messages.join('')));
}

export function success(operation: string, content: string): string {
  const code = element('m:ResponseCode', 'NoError');
  return wrap(`m:${operation}ResponseMessage`, `${code}${content}`, { ResponseClass: 'Success' });
}

export function failure(operation: string, { code, backOffMilliseconds }: EwsError): string {
  const parts = [
    element('m:MessageText', 'It did not work, says the server in its own language.'),
    element('m:ResponseCode', code),
    element('m:DescriptiveLinkKey', '0'),
    backOff(backOffMilliseconds, 'm:MessageXml'),
  ];
  return wrap(`m:${operation}ResponseMessage`, parts.join(''), { ResponseClass: 'Error' });
}

export function faultOf({ code, backOffMilliseconds }: EwsError): string {
  const errors = 'http://schemas.microsoft.com/exchange/services/2006/errors';
  const detail = [
    element('e:ResponseCode', code, { 'xmlns:e': errors }),
    element('e:Message', 'The server says no.', { 'xmlns:e': errors }),
    backOff(backOffMilliseconds, 't:MessageXml'),
  ];
  const parts = [
    element('faultcode', `a:${code}`, { 'xmlns:a': namespaces['xmlns:t'] }),
    element('faultstring', 'The server says no.', { 'xml:lang': 'en-US' }),
    wrap('detail', detail.join('')),
  ];
  return wrap('s:Fault', parts.join(''));
}

function backOff(milliseconds: number | undefined, name: string): string {
  return milliseconds === undefined
    ? ''
    : wrap(name, element('t:Value', String(milliseconds), { Name: 'BackOffMilliseconds' }));
}
