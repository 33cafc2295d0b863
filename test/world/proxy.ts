import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface ConnectionProxy {
  readonly port: number;
  /** Drops every connection and refuses new ones, until `restore`. */
  cut(): void;
  /** Takes connections and lets nothing through any more, until `restore`. */
  hang(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Stands between a host and a service on this machine, to take that service away. */
export async function startProxy(targetPort: number): Promise<ConnectionProxy> {
  let mode: 'open' | 'cut' | 'hang' = 'open';
  const sockets = new Set<Socket>();

  function track(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  const server = createServer(incoming => {
    if (mode === 'cut') {
      incoming.destroy();
      return;
    }
    track(incoming);
    if (mode === 'hang') return;
    const outgoing = track(connect(targetPort, '127.0.0.1'));
    incoming.on('data', data => {
      if (mode === 'open') outgoing.write(data);
    });
    outgoing.on('data', data => {
      if (mode === 'open') incoming.write(data);
    });
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));

  function dropAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      mode = 'cut';
      dropAll();
    },
    hang() {
      mode = 'hang';
    },
    restore() {
      // What hung has lost a part of its conversation.
      if (mode === 'hang') dropAll();
      mode = 'open';
    },
    async close() {
      dropAll();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
