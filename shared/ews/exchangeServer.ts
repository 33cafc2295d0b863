import type { Clock } from '../ports/clock.ts';
import {
  type ContactAnswer,
  type ExchangeConnection,
  ExchangeFailure,
  type ExchangeFolder,
  type ExchangeRoute,
  type ExchangeServer,
  type FolderReference,
  type ItemReference,
  type OpenExchangeServer,
} from '../ports/exchangeServer.ts';
import { createRequestMeter } from '../ports/requestMeter.ts';
import type { ReadSecret } from '../ports/secrets.ts';
import { countPhonesLeftOut, readExchangeContact } from './exchangeContact.ts';
import { ExchangeBusy, failureOfMessage, readAnswer } from './failures.ts';
import {
  findFolderRequest,
  findItemRequest,
  getFolderRequest,
  getItemRequest,
  replicaList,
  syncItemsRequest,
  userSettingsRequest,
} from './soap.ts';
import { openTransport } from './transport.ts';
import type { XmlElement } from './xml.ts';

/** Milliseconds: Exchange asks for up to five minutes, a capture holds its lease for three. */
const longestWait = 60_000;
const firstWait = 2_000;
const mostTries = 4;

/** The public-folder mailbox that holds the hierarchy, and the one that answers for its user. */
const hierarchySettings = ['PublicFolderInformation', 'InternalRpcClientServer'];
const contentSetting = 'AutoDiscoverSMTPAddress';

/** Exchange servers on premises by EWS, over TLS with Basic. Nothing is sent before a method is called. */
export function exchangeServers(readSecret: ReadSecret, clock: Pick<Clock, 'wait'>): OpenExchangeServer {
  return connection => openExchangeServer(connection, readSecret, clock);
}

function openExchangeServer(
  connection: ExchangeConnection,
  readSecret: ReadSecret,
  clock: Pick<Clock, 'wait'>,
): ExchangeServer {
  const meter = createRequestMeter();
  const transport = openTransport(connection, readSecret, meter);
  const autodiscover = new URL('/autodiscover/autodiscover.svc', connection.url).href;

  return {
    counts: meter.read,
    async childFolders(parent, route) {
      const folders: ExchangeFolder[] = [];
      for (let offset: number | undefined = 0; offset !== undefined; ) {
        const root = await findFolderPage(parent, offset, route);
        const page = readFolders(root.child('Folders'));
        folders.push(...page);
        offset = nextOffset(root, page.length);
      }
      return folders;
    },
    async getFolder(folder, route) {
      const [answer] = await ask(getFolderRequest(folder), 'GetFolder', route);
      const [found] = readFolders(wholeOf(answer, 'GetFolder').child('Folders'));
      if (!found) throw new ExchangeFailure('unreadable', 'NoFolder');
      return found;
    },
    async syncItems(folderId, state, route) {
      const [answer] = await ask(syncItemsRequest(folderId, state), 'SyncFolderItems', route);
      const message = wholeOf(answer, 'SyncFolderItems');
      const changes = message.child('Changes');
      const changed = ['Create', 'Update'].flatMap(name => changes.children(name)).flatMap(readContactReferences);
      const removed = changes.children('Delete').map(each => each.child('ItemId').requiredAttribute('Id'));
      return {
        changed,
        removed,
        state: message.child('SyncState').text(),
        complete: readBoolean(message.child('IncludesLastItemInRange').text()),
      };
    },
    async listItems(folderId, offset, route) {
      const [answer] = await ask(findItemRequest(folderId, offset), 'FindItem', route);
      const root = wholeOf(answer, 'FindItem').child('RootFolder');
      const items = readContactReferences(root.child('Items'));
      return { items, nextOffset: nextOffset(root, items.length) };
    },
    async getContacts(ids, route) {
      const answers = await ask(getItemRequest(ids), 'GetItem', route);
      if (answers.length !== ids.length) throw new ExchangeFailure('unreadable', 'MissingItems');
      return answers.map(readContactAnswer);
    },
    async findHierarchyRoute(mailbox) {
      const found = await readUserSettings(mailbox, hierarchySettings);
      const [anchorMailbox = '', publicFolderMailbox = ''] = hierarchySettings.map(name => found.get(name) ?? '');
      return anchorMailbox === '' ? undefined : { anchorMailbox, publicFolderMailbox };
    },
    async findContentRoute(contentMailbox, mailbox) {
      const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
      const address = (await readUserSettings(`${contentMailbox}@${domain}`, [contentSetting])).get(contentSetting);
      if (!address) throw new ExchangeFailure('notFound', `No${contentSetting}`);
      return { anchorMailbox: address, publicFolderMailbox: address };
    },
  };

  async function findFolderPage(parent: FolderReference, offset: number, route: ExchangeRoute): Promise<XmlElement> {
    const [answer] = await ask(findFolderRequest(parent, offset), 'FindFolder', route);
    return wholeOf(answer, 'FindFolder').child('RootFolder');
  }

  /** The response messages of an operation of EWS; those that failed included. */
  async function ask(request: string, operation: string, route: ExchangeRoute): Promise<readonly XmlElement[]> {
    return patiently(async () => {
      const body = readAnswer(await transport.post(connection.url, request, route));
      const messages = body.child(`${operation}Response`, 'ResponseMessages').children(`${operation}ResponseMessage`);
      const busy = messages.map(failureOfMessage).find(failure => failure?.kind === 'busy');
      if (busy) throw busy;
      return messages;
    });
  }

  async function readUserSettings(address: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const body = await patiently(async () =>
      readAnswer(await transport.post(autodiscover, userSettingsRequest(address, autodiscover, names), {})),
    );
    const response = body.child('GetUserSettingsResponseMessage', 'Response');
    const user = response.find('UserResponses', 'UserResponse');
    const code = [response, user].map(each => each?.child('ErrorCode').text()).find(each => each !== 'NoError');
    if (code !== undefined || !user) throw new ExchangeFailure('noMailbox', `Autodiscover${code ?? 'NoUser'}`);
    const settings = user.find('UserSettings')?.children('UserSetting') ?? [];
    return new Map(settings.map(each => [each.child('Name').text(), each.find('Value')?.text() ?? '']));
  }

  /** Waits as long as Exchange asks, if that is not too long. */
  async function patiently<Value>(attempt: () => Promise<Value>): Promise<Value> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ExchangeBusy)) throw error;
        meter.throttled(1);
        const wait = error.backOffMilliseconds ?? firstWait * 2 ** tries;
        if (tries === mostTries || wait > longestWait) throw error;
        await clock.wait(wait);
      }
    }
  }
}

/** The one answer to an operation that has one. @throws ExchangeFailure */
function wholeOf(message: XmlElement | undefined, operation: string): XmlElement {
  if (!message) throw new ExchangeFailure('unreadable', `NoAnswerTo${operation}`);
  const failure = failureOfMessage(message);
  if (failure) throw failure;
  return message;
}

/** Without the mark of a last page a listing that was cut would be taken for a whole one. */
function nextOffset(root: XmlElement, found: number): number | undefined {
  if (readBoolean(root.requiredAttribute('IncludesLastItemInRange'))) return undefined;
  const offset = Number(root.requiredAttribute('IndexedPagingOffset'));
  if (found === 0 || !Number.isInteger(offset) || offset <= 0) throw new ExchangeFailure('unreadable', 'BrokenPaging');
  return offset;
}

function readBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new ExchangeFailure('unreadable', 'NoBoolean');
  return text === 'true';
}

function readFolders(folders: XmlElement): ExchangeFolder[] {
  return folders
    .names()
    .flatMap(name => folders.children(name))
    .map(folder => ({
      id: folder.child('FolderId').requiredAttribute('Id'),
      displayName: folder.child('DisplayName').text(),
      folderClass: folder.find('FolderClass')?.text() ?? '',
      items: Number(folder.find('TotalCount')?.text() ?? 0),
      childFolders: Number(folder.find('ChildFolderCount')?.text() ?? 0),
      contentMailbox: readContentMailbox(folder),
    }));
}

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** The first of the replicas: the GUID of a mailbox, written as text. */
function readContentMailbox(folder: XmlElement): string | undefined {
  const property = folder
    .children('ExtendedProperty')
    .find(each => each.child('ExtendedFieldURI').attribute('PropertyTag')?.toLowerCase() === replicaList);
  const bytes = Buffer.from(property?.find('Value')?.text() ?? '', 'base64');
  return guid.exec(bytes.toString('latin1'))?.[0];
}

/** Distribution lists and whatever else lies in the folder are no contacts. */
function readContactReferences(items: XmlElement): ItemReference[] {
  return items.children('Contact').map(contact => {
    const id = contact.child('ItemId');
    return { id: id.requiredAttribute('Id'), changeKey: id.requiredAttribute('ChangeKey') };
  });
}

function readContactAnswer(message: XmlElement): ContactAnswer {
  const failure = failureOfMessage(message);
  if (failure) return { failure };
  const item = message.child('Items').find('Contact');
  return item
    ? { contact: readExchangeContact(item), phonesLeftOut: countPhonesLeftOut(item) }
    : { failure: new ExchangeFailure('notFound', 'NoContact') };
}
