import { type Found, StepFailed, tryStep } from '../../connection-steps/connectionSteps.ts';
import { testCertificate, testHostName } from '../../connection-steps/hostSteps.ts';
import type { Advice, StepResult } from '../../ports/connectionStep.ts';
import {
  type ContactAnswer,
  ExchangeFailure,
  type ExchangeFailureKind,
  type ExchangeFolder,
  type ExchangeRoute,
  mostContactsAtOnce,
} from '../../ports/exchangeServer.ts';
import type { Trust } from '../../ports/hostProbe.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { connect, type ExchangeAdapters, exchangeNamed } from './connect.ts';
import { adviseOnExchange, adviseOnMissingFolder, describeNoPublicFolders } from './describeFailure.ts';
import { contentRouteOf, findFolder, findStartingRoute } from './findFolder.ts';

/** What Exchange says of a mailbox it says only to who is signed in. */
const signedIn: readonly ExchangeFailureKind[] = ['accessDenied', 'notFound', 'noMailbox', 'refused'];

/** The way to the server, the server, and each folder of a list's source; the token for Graph has no part in it. */
export async function testExchangeFolders(
  source: ExchangeServerSettings,
  _token: StepResult<unknown>,
  adapters: ExchangeAdapters,
): Promise<readonly StepResult<unknown>[]> {
  const { clock } = adapters;
  const server = connect(source, adapters);
  const way = await testWay(source, adapters);
  const answers = await tryStep(`Exchange server "${source.connection}"`, way, clock, () => advised(source, signIn));
  const route = await tryStep('source mailbox', [answers], clock, () => advised(source, findRoute));
  const steps: StepResult<unknown>[] = [...way, answers, route];
  for (const path of source.folders) {
    const folder = await tryStep(`source folder "${path}"`, [route], clock, () =>
      advised(source, () => find(path, route.value)),
    );
    const contacts = await tryStep(`contacts of "${path}"`, [folder], clock, () =>
      advised(source, () => readSome(folder.value, route.value)),
    );
    steps.push(folder, contacts);
  }
  return steps;

  async function signIn(): Promise<Found<undefined>> {
    const { mailbox } = source;
    try {
      await server.getFolder({ root: 'contacts', mailbox }, { anchorMailbox: mailbox });
    } catch (error) {
      if (!(error instanceof ExchangeFailure) || !signedIn.includes(error.kind)) throw error;
    }
    return { value: undefined, ...describeTrust(source, adapters) };
  }

  async function findRoute(): Promise<Found<ExchangeRoute>> {
    const value = await findStartingRoute(server, source);
    if (!value) {
      throw new StepFailed({ detail: describeNoPublicFolders().detail, remedy: 'Name a mailbox that sees them' });
    }
    return { value, detail: source.publicFolders ? 'The server names its public folders' : 'Folders of the mailbox' };
  }

  async function find(path: string, start: ExchangeRoute = { anchorMailbox: source.mailbox }) {
    const search = await findFolder(server, source, path, start);
    if (!('folder' in search)) throw new StepFailed(adviseOnMissingFolder(search));
    return { value: search.folder, detail: 'The folder is there' };
  }

  async function readSome(folder: ExchangeFolder | undefined, start: ExchangeRoute | undefined) {
    if (!folder || !start) throw new StepFailed({ detail: 'There is no folder' });
    const route = source.publicFolders ? await contentRouteOf(server, folder, source.mailbox, start) : start;
    const first = source.publicFolders
      ? (await server.listItems(folder.id, 0, route)).items
      : (await server.syncItems(folder.id, undefined, route)).changed;
    const ids = first.slice(0, mostContactsAtOnce).map(({ id }) => id);
    const answers = ids.length > 0 ? await server.getContacts(ids, route) : [];
    const detail = `Its contacts can be read; it holds ${folder.items} items${describePhonesLeftOut(answers)}`;
    return { value: undefined, detail };
  }
}

function describePhonesLeftOut(answers: readonly ContactAnswer[]): string {
  const left = answers.filter(answer => 'contact' in answer && answer.phonesLeftOut > 0).length;
  if (left === 0) return '';
  return `. Of the ${answers.length} that were looked at, ${left} have numbers that stay behind: telex, ISDN, radio and the like have no field in Outlook`;
}

/** Name and certificate of the server's host, by what the connection says of whom to believe. */
async function testWay(source: ExchangeServerSettings, adapters: ExchangeAdapters): Promise<StepResult<unknown>[]> {
  const { url, caSecret, allowUntrusted } = exchangeNamed(source.connection, adapters.connections);
  const { hostname, port } = new URL(url);
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 443 };
  const name = await testHostName(place.host, 'anywhere', adapters);
  if (allowUntrusted || caSecret === undefined) {
    const trust: Trust = { kind: allowUntrusted ? 'anybody' : 'public' };
    return [name, await testCertificate(place, trust, [name], adapters)];
  }
  const authority = await tryStep(`secret "${caSecret}"`, [], adapters.clock, () =>
    advised(source, async () => ({
      value: await readAuthorities(caSecret, adapters),
      detail: 'The key vault gives the certificates of the authority',
    })),
  );
  const trust: Trust = { kind: 'named', authorities: authority.value ?? '' };
  return [name, authority, await testCertificate(place, trust, [name, authority], adapters)];
}

async function readAuthorities(caSecret: string, { readSecret }: ExchangeAdapters): Promise<string> {
  try {
    return await readSecret(caSecret);
  } catch (error) {
    if (!(error instanceof SecretUnavailable)) throw error;
    throw new ExchangeFailure('noSecret', error.message, { cause: error });
  }
}

function describeTrust({ connection }: ExchangeServerSettings, { connections }: ExchangeAdapters): Advice {
  const detail = 'It answers, and takes user and password';
  if (!exchangeNamed(connection, connections).allowUntrusted) return { detail };
  return {
    detail: `${detail}; its certificate is not checked, so that whoever stands in between may read both`,
    remedy: 'Give the certificate of its authority as caSecret, and take allowUntrusted away',
  };
}

async function advised<Value>(source: ExchangeServerSettings, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    throw new StepFailed(adviseOnExchange(error, source));
  }
}
