import type { AddressInfo, Server, Socket } from 'node:net';
import type { Container } from 'rhea';
import rhea from 'rhea';
import { MAX_MESSAGE_BYTES } from './amqpMessages.ts';
import { type AcceptsToken, BrokerLinks } from './brokerLinks.ts';
import { Queue } from './queue.ts';
import { type QueueProperties, readQueueConfiguration } from './queueConfiguration.ts';
import type { QueueCounts, QueueStatistics } from './queueMessage.ts';

export interface ServiceBusBrokerOptions {
  /** A free port if absent. */
  readonly port?: number;
  /** A `Config.json` of the official Service Bus emulator. */
  readonly configFile: string;
  /** Replaces what the file says, for all queues. */
  readonly queueOverrides?: Partial<Omit<QueueProperties, 'name'>>;
  /** Milliseconds since 1970; `Date.now` if absent. */
  readonly now?: () => number;
  /** AMQP over TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether a token of Microsoft Entra ID is good; without one a connection reaches no queue. All may if absent. */
  readonly acceptsToken?: AcceptsToken;
}

export interface ServiceBusBroker {
  readonly port: number;
  readonly connectionString: string;
  counts(): Record<string, QueueCounts>;
  statistics(): Record<string, QueueStatistics>;
  resetStatistics(): void;
  /** Drops every connection and stops listening; messages are gone. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const CLOCK_CHECK_MILLISECONDS = 20;

/**
 * An AMQP 1.0 broker for local runs and tests that the real `@azure/service-bus` client accepts: queues with everything
 * but sessions, topics and transactions. Any shared access key is taken, unless tokens are asked for. Messages live in
 * memory.
 */
export async function startServiceBusBroker(options: ServiceBusBrokerOptions): Promise<ServiceBusBroker> {
  const properties = await readQueueConfiguration(options.configFile);
  const environment = { now: options.now ?? Date.now };
  const queues = properties.map(each => new Queue<rhea.Message>({ ...each, ...options.queueOverrides }, environment));
  const container = createContainer();
  new BrokerLinks(queues, options.acceptsToken).attachTo(container);
  const sockets = new Set<Socket>();
  const { tls } = options;
  const address = { port: options.port ?? 0, host: HOST };
  const server = container.listen(tls ? { ...address, ...tls, transport: 'tls' } : address);
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listening(server);
  const { port } = server.address() as AddressInfo;
  // Looking at the clock, rather than timers for known times, also serves a clock that a test advances.
  const timer = setInterval(() => {
    for (const queue of queues) queue.advance();
  }, CLOCK_CHECK_MILLISECONDS);
  timer.unref();
  return {
    port,
    connectionString: `Endpoint=sb://${HOST}:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    counts: () => Object.fromEntries(queues.map(queue => [queue.path, queue.counts()])),
    statistics: () => Object.fromEntries(queues.map(queue => [queue.path, queue.statistics()])),
    resetStatistics: () => {
      for (const queue of queues) queue.resetStatistics();
    },
    close: () => {
      clearInterval(timer);
      return closeServer(server, sockets);
    },
  };
}

function createContainer(): Container {
  const container = rhea.create_container({
    id: 'local-service-bus',
    receiver_options: { autoaccept: false, credit_window: 500, max_message_size: MAX_MESSAGE_BYTES },
    // rhea would report an abandoned delivery twice: as modified and as released.
    sender_options: { treat_modified_as_released: false },
  });
  container.sasl_server_mechanisms.enable_anonymous();
  container.sasl_server_mechanisms.MSSBCBS = container.sasl_server_mechanisms.ANONYMOUS;
  return container;
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
}

function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    // With an error, as rhea takes no notice of a socket that merely closes, and would keep its heartbeat timer.
    for (const socket of sockets) socket.destroy(new Error('The broker was closed'));
  });
}
