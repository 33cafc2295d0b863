import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { EwsError, envelope, faultOf } from './answers.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { createMailboxes, type Mailboxes } from './mailboxes.ts';
import { type OperationContext, operations, userSettingsOf } from './operations.ts';
import { element, type Node, one, parseXml, textOf, wrap } from './xml.ts';

export interface ExchangeServerOptions {
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  /** Of the mailbox that the user signs in to. */
  readonly mailbox: string;
  readonly certificates?: Certificates;
}

/** What befalls requests. */
export interface Fault {
  /** All operations unless named. */
  readonly operation?: string;
  /** Requests that pass before it strikes. */
  readonly skip?: number;
  /** How many it strikes; 1 unless given. */
  readonly times?: number;
  readonly status?: number;
  /** As a SOAP fault. */
  readonly code?: string;
  readonly backOffMilliseconds?: number;
  /** What becomes of the answer's text. */
  readonly change?: (text: string) => string;
  /** The connection ends in the middle of the answer. */
  readonly cut?: boolean;
  /** Happens before the request is answered. */
  readonly meanwhile?: () => void;
}

export interface LocalExchangeServer {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly mailboxes: Mailboxes;
  readonly denied: Map<string, string>;
  /** Operations that were answered, in order. */
  readonly requests: string[];
  befall(fault: Fault): void;
  killSyncStates(): void;
  close(): Promise<void>;
}

const ewsPath = '/ews/exchange.asmx';
const autodiscoverPath = '/autodiscover/autodiscover.svc';

/**
 * EWS as Exchange 2019 on premises serves it to an ordinary user with Basic, as far as contacts are read: TLS by an
 * authority of its own, both spellings of the path, a missing `RequestServerVersion` (rules.md: Other services, EWS
 * clients).
 */
export async function startExchangeServer(options: ExchangeServerOptions): Promise<LocalExchangeServer> {
  const { user, password, mailbox, port = 0 } = options;
  const certificates = options.certificates ?? (await makeCertificates(['localhost', '127.0.0.1.nip.io']));
  const mailboxes = createMailboxes();
  const denied = new Map<string, string>();
  const requests: string[] = [];
  const faults: { rule: Fault; seen: number }[] = [];
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  let syncEpoch = 1;

  const server = createServer({ key: certificates.key, cert: certificates.cert }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await listen(server, port);
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${opened}/EWS/Exchange.asmx`,
    ca: certificates.ca,
    mailboxes,
    denied,
    requests,
    befall: rule => void faults.push({ rule, seen: 0 }),
    killSyncStates: () => {
      syncEpoch += 1;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': ['Negotiate', 'NTLM', 'Basic realm="localhost"'] }).end();
      return;
    }
    const path = request.url?.toLowerCase();
    const body = one(parseXml(text), 'Envelope', 'Body');
    const operation = Object.keys(body ?? {}).find(name => !name.startsWith('@') && !name.startsWith('#')) ?? '';
    const fault = strike(operation);
    fault?.meanwhile?.();
    requests.push(operation);
    const answer = fault && describesAnswer(fault) ? answerFault(fault) : answerTo(path, operation, body, request);
    const content = fault?.change?.(answer.content) ?? answer.content;
    response.writeHead(answer.status, { 'Content-Type': 'text/xml; charset=utf-8' });
    if (!fault?.cut) return void response.end(content);
    response.write(content.slice(0, content.length / 2), () => response.destroy());
  }

  function answerTo(
    path: string | undefined,
    operation: string,
    body: Node | undefined,
    request: IncomingMessage,
  ): { status: number; content: string } {
    const header = (name: string) => String(request.headers[name] ?? '');
    const headers = {
      anchorMailbox: header('x-anchormailbox'),
      publicFolderMailbox: header('x-publicfoldermailbox'),
    };
    const context: OperationContext = { mailboxes, user: mailbox, headers, denied, syncEpoch };
    const asked = one(body, operation) ?? {};
    if (path === autodiscoverPath) return { status: 200, content: envelope(answerAutodiscover(asked, context)) };
    if (path !== ewsPath) return { status: 404, content: '<html><body>Not found</body></html>' };
    const serve = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (serve) return { status: 200, content: envelope(serve(asked, context)) };
    return answerFault({ code: 'ErrorInvalidRequest' });
  }

  function strike(operation: string): Fault | undefined {
    for (const fault of faults) {
      const { rule } = fault;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      fault.seen += 1;
      const number = fault.seen - (rule.skip ?? 0);
      if (number >= 1 && number <= (rule.times ?? 1)) return rule;
    }
    return undefined;
  }
}

function describesAnswer({ status, code }: Fault): boolean {
  return status !== undefined || code !== undefined;
}

function answerFault({ status, code, backOffMilliseconds }: Fault): { status: number; content: string } {
  if (code === undefined) return { status: status ?? 500, content: '' };
  return { status: status ?? 500, content: envelope(faultOf(new EwsError(code, backOffMilliseconds))) };
}

function answerAutodiscover(asked: Node, context: OperationContext): string {
  const address = textOf(one(asked, 'Request', 'Users', 'User', 'Mailbox'));
  const settings = userSettingsOf(address, context);
  const found = Object.entries(settings ?? {}).map(([name, value]) =>
    wrap('UserSetting', `${element('Name', name)}${element('Value', value)}`),
  );
  const user = [
    element('ErrorCode', settings ? 'NoError' : 'InvalidUser'),
    element('ErrorMessage', ''),
    wrap('UserSettings', found.join('')),
  ];
  const response = [element('ErrorCode', 'NoError'), wrap('UserResponses', wrap('UserResponse', user.join('')))];
  return wrap('GetUserSettingsResponseMessage', wrap('Response', response.join('')), {
    xmlns: 'http://schemas.microsoft.com/exchange/2010/Autodiscover',
  });
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
