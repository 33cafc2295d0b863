import { z } from 'zod';

export interface ServicePorts {
  readonly graph: number;
  readonly identity: number;
  readonly signIn: number;
  readonly serviceBus: number;
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

const SERVICE_NAMES: Record<keyof ServicePorts, string> = {
  graph: 'the Graph simulator',
  identity: 'the managed identity endpoint',
  signIn: 'the sign-in of other tenants',
  serviceBus: 'the Service Bus broker',
  blob: 'Azurite (blobs)',
  queue: 'Azurite (queues)',
  table: 'Azurite (tables)',
};

/** Who reads another tenant names it; the sample settings do not. */
const signInPort = 7082;

const listenErrorSchema = z.object({ code: z.enum(['EADDRINUSE', 'EACCES']), port: z.number() });

/** The ports that the sample settings name for the local services. */
export function readSamplePorts(values: Record<string, string>): ServicePorts {
  return {
    graph: portIn(values, 'GRAPH_ENDPOINT'),
    identity: portIn(values, 'IDENTITY_ENDPOINT'),
    signIn: signInPort,
    serviceBus: portIn(values, 'ServiceBusConnection', 'Endpoint'),
    blob: portIn(values, 'AzureWebJobsStorage', 'BlobEndpoint'),
    queue: portIn(values, 'AzureWebJobsStorage', 'QueueEndpoint'),
    table: portIn(values, 'AzureWebJobsStorage', 'TableEndpoint'),
  };
}

/** Names the port and its service in an error that says a port is not to be had; returns any other error as it is. */
export function explainPortInUse(error: unknown, ports: ServicePorts | undefined): unknown {
  const problem = describePortInUse(error);
  if (!ports || !problem) return error;
  const service = (Object.keys(SERVICE_NAMES) as (keyof ServicePorts)[]).find(name => ports[name] === problem.port);
  return new Error(
    `Port ${problem.port} on 127.0.0.1, which local.settings.sample.json names for ${service ? SERVICE_NAMES[service] : 'a service'}, ${problem.reason}: ` +
      'free it, or use other ports with --free-ports --settings FILE',
    { cause: error },
  );
}

/** Undefined for an error that is not about a port that cannot be had. */
export function describePortInUse(error: unknown): { readonly port: number; readonly reason: string } | undefined {
  const parsed = listenErrorSchema.safeParse(error);
  if (!parsed.success) return undefined;
  const { code, port } = parsed.data;
  return { port, reason: code === 'EADDRINUSE' ? 'is in use by another program' : 'may not be opened by this user' };
}

/** The port of a setting that is a URL, or of the URL that a connection string has under `key`. */
function portIn(values: Record<string, string>, setting: string, key?: string): number {
  const value = values[setting] ?? '';
  const url = key === undefined ? value : (new RegExp(`(?:^|;)${key}=([^;]+)`).exec(value)?.[1] ?? '');
  // URL leaves out the default port of http, which none of the services has.
  const port = URL.canParse(url) ? Number(new URL(url).port) : 0;
  if (port > 0) return port;
  throw new Error(`local.settings.sample.json: ${setting} names no port${key ? ` under ${key}` : ''}`);
}
