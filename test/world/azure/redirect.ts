import { type NetConnectOpts, Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

/** Ports of this machine by `host:port`. */
export type Addresses = Readonly<Record<string, number>>;

const variable = 'REDIRECTED_ADDRESSES';
const loopback = /^(localhost|127\.0\.0\.1|::1)$/;

/**
 * Leads this process's connections to names of Azure to ports of this machine, as private DNS would; TLS goes on to ask
 * for a certificate of the name. A connection to any other address is refused, so that nothing leaves the machine.
 *
 * @param addresses may be added to meanwhile
 * @returns what puts it back as it was
 */
export function redirectConnections(addresses: Addresses): () => void {
  const prototype = Socket.prototype as { connect(this: Socket, ...args: unknown[]): Socket };
  const { connect } = prototype;
  prototype.connect = function (first, ...rest) {
    // The modules net and tls pass options, or a list of options and callback.
    if (Array.isArray(first)) first[0] = redirect(first[0], addresses);
    return connect.call(this, Array.isArray(first) ? first : redirect(first as NetConnectOpts, addresses), ...rest);
  };
  return () => {
    prototype.connect = connect;
  };
}

/** Environment of a process whose connections are redirected from its start. */
export function redirectedEnvironment(addresses: Addresses): Record<string, string> {
  return { [variable]: JSON.stringify(addresses), NODE_OPTIONS: `--import ${pathToFileURL(import.meta.filename)}` };
}

function redirect(options: NetConnectOpts, addresses: Addresses): NetConnectOpts {
  if ('path' in options && options.path) return options;
  if (!('port' in options)) throw new Error('A connection in a form that cannot be redirected');
  const { host = 'localhost', port } = options;
  if (loopback.test(host)) return options;
  const local = addresses[`${host}:${port}`];
  if (local === undefined) throw new Error(`Nothing on this machine stands for ${host}:${port}`);
  return { ...options, host: '127.0.0.1', port: local };
}

const { [variable]: given } = process.env;
if (given) redirectConnections(JSON.parse(given));
