import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { Webhook } from 'standardwebhooks';
import type { Notice } from '../../../shared/domain/notice.ts';
import { isPublic } from '../../../shared/http/guardedLookup.ts';
import { openNoticeHook } from '../../../shared/http/noticeHook.ts';
import { NoticeUnsent } from '../../../shared/ports/notices.ts';
import { SecretUnavailable } from '../../../shared/ports/secrets.ts';

const notice: Notice = {
  title: 'Contact Folder Sync: 1 list needs attention',
  facts: [{ title: 'staff', value: 'held: 2 removals wait for a decision' }],
  more: 3,
};
const signingSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const isLoopback = (address: string) => ['127.0.0.1', '::1'].includes(address);
let server: Server;
let ca: string;
let received: { headers: IncomingMessage['headers']; body: string; method: string | undefined }[];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  ca = pems.cert;
  server = createServer({ key: pems.private, cert: pems.cert }, async (request, response) => {
    received.push({ headers: request.headers, method: request.method, body: await text(request) });
    answer(response);
  });
  await once(server.listen(0, 'localhost'), 'listening');
});

beforeEach(() => {
  received = [];
  answer = response => response.writeHead(202).end();
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function url(path = '/workflows/secret-part', host = 'localhost'): string {
  return `https://${host}:${(server.address() as AddressInfo).port}${path}`;
}

function hook(secrets: Record<string, string>, connecting: Parameters<typeof openNoticeHook>[3] = {}) {
  const readSecret = async (name: string) => {
    const secret = secrets[name];
    if (secret === undefined) throw new SecretUnavailable(name, 'SecretNotFound');
    return secret;
  };
  const names = {
    secret: 'notices',
    signingSecret: 'signing' in secrets ? 'signing' : undefined,
    consoleUrl: 'https://app.example/api/console',
  };
  return openNoticeHook(
    names,
    readSecret,
    { now: Date.now },
    {
      isAllowed: isLoopback,
      connectionOptions: { ca },
      ...connecting,
    },
  );
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch(each => each);
  if (!(error instanceof NoticeUnsent)) throw new Error(String(error));
  expect(error.message).not.toContain('secret-part');
  return error.code;
}

test('a notice arrives as a message with one Adaptive Card', async () => {
  await hook({ notices: url() }).send(notice, 'id-1');
  const [{ method, headers, body } = { method: '', headers: {}, body: '' }] = received;
  expect(method).toBe('POST');
  expect(headers['content-type']).toBe('application/json');
  expect(headers).not.toHaveProperty('webhook-signature');
  expect(JSON.parse(body)).toEqual({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: expect.objectContaining({
          type: 'AdaptiveCard',
          body: [
            expect.objectContaining({ type: 'TextBlock', text: notice.title }),
            { type: 'FactSet', facts: notice.facts },
            expect.objectContaining({ text: 'and 3 more' }),
          ],
          actions: [expect.objectContaining({ type: 'Action.OpenUrl', url: 'https://app.example/api/console' })],
        }),
      },
    ],
  });
});

test('with a second secret it is signed as the Standard Webhooks library expects', async () => {
  await hook({ notices: url(), signing: signingSecret }).send(notice, 'id-1');
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  const signed = headers as Record<string, string>;
  expect(new Webhook(signingSecret).verify(body, signed)).toEqual(JSON.parse(body));
  expect(() => new Webhook(signingSecret).verify(`${body} `, signed)).toThrow();
});

test.each([302, 400, 404, 429, 500])('an answer of %i is a failure, and leads nowhere else', async status => {
  answer = response => response.writeHead(status, { location: url('/elsewhere') }).end();
  expect(await codeOf(hook({ notices: url() }).send(notice, 'id-1'))).toBe(`Status${status}`);
  expect(received).toHaveLength(1);
});

test('a target that does not answer is given up', async () => {
  answer = () => {};
  expect(await codeOf(hook({ notices: url() }, { longest: 100 }).send(notice, 'id-1'))).toBe('TimeoutError');
});

test.each([
  ['no address', { notices: 'the Teams channel' }, 'NoAddress'],
  ['http', { notices: 'http://localhost/secret-part' }, 'NotHttps'],
  ['an IP address', { notices: 'https://127.0.0.1/secret-part' }, 'AddressWithoutName'],
  ['nothing', {}, 'SecretUnavailable'],
  [
    'a signing key that is no Standard Webhooks secret',
    { notices: 'https://localhost/', signing: 'x' },
    'UnfitSigningSecret',
  ],
])('a key vault that holds %s: nothing is sent, and the check says the same', async (_, secrets, code) => {
  expect(await codeOf(hook(secrets).send(notice, 'id-1'))).toBe(code);
  expect(await codeOf(hook(secrets).check())).toBe(code);
});

test('a host with an address of a private or local network is not called', async () => {
  const target = hook({ notices: url() }, { isAllowed: isPublic });
  expect(await codeOf(target.send(notice, 'id-1'))).toBe('PrivateAddress');
  expect(await codeOf(target.check())).toBe('PrivateAddress');
  expect(received).toEqual([]);
});

test('a check sends nothing', async () => {
  await hook({ notices: url(), signing: signingSecret }).check();
  expect(received).toEqual([]);
});
