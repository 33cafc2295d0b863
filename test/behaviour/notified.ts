import type { RunView } from '../../shared/api/runs.ts';
import { openSubscriptionRows, type StoredSubscription } from '../../shared/store/subscriptions.ts';
import { connectTables } from '../../shared/store/tables/tables.ts';
import { findFreePort } from '../local/freePort.ts';
import { openGraph } from '../world/graphDriver.ts';
import { mirrorOf, readTarget } from '../world/mirror.ts';
import { type Host, startWorld, until } from '../world/world.ts';

const destination = 'Company';
export const notifiedList = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { groups: ['everyone@contoso.example'] },
  destination: { folder: destination },
  safeguards: { maxRemovalShare: 1 },
};

/** What a subscription looks like through Graph, to the app that made it. */
export interface GraphSubscription {
  readonly id: string;
  readonly resource: string;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
  readonly expirationDateTime: string;
}

export type Notified = Awaited<ReturnType<typeof openNotified>>;

/** A world whose first host has webhooks, with a source folder of some contacts and two targets that hold them. */
export async function openNotified(contactCount = 3) {
  const world = await startWorld({ lists: [notifiedList] });
  const { graph } = world;
  const directory = await graph.addUser('directory');
  const targets = [await graph.addUser('ada'), await graph.addUser('bob')];
  await graph.addGroup('everyone', targets);
  const folder = await graph.addFolder(directory, 'Staff');
  const sourceUrl = `/users/${directory}/contactFolders/${folder}/contacts`;
  const bodies = Array.from({ length: contactCount }, (_, index) => ({
    method: 'POST',
    url: sourceUrl,
    body: { displayName: `Contact ${index}`, jobTitle: 'Clerk' },
  }));
  const sourceIds = (await graph.batch(bodies)).map(({ id }) => String(id));
  const webhookUrl = `http://127.0.0.1:${await findFreePort()}`;
  const app = await openGraph(world.graphUrl, 'contact-folder-sync');
  const tables = connectTables({ connectionString: world.settings().TABLES_CONNECTION ?? '' });
  const host = await world.startHost({ WEBHOOK_URL: webhookUrl });
  world.configure({ WEBHOOK_URL: webhookUrl });
  await host.runSchedule();
  await until(async () => ((await storedSubscriptions())[0]?.id ? true : undefined));
  await rest();
  let titles = 0;

  return {
    world,
    graph,
    host,
    directory,
    folder,
    targets,
    sourceIds,
    webhookUrl,
    subscriptions,
    storedSubscriptions,
    edit,
    arrived,
    rest,
    captures,
    sentCaptures,
    latestRun,
    post,
    stop: () => world.stop(),
  };

  /** Those that the app has at Graph. */
  async function subscriptions(): Promise<GraphSubscription[]> {
    return (await app.call<{ value: GraphSubscription[] }>('GET', '/subscriptions')).value;
  }

  async function storedSubscriptions(list = notifiedList.id): Promise<StoredSubscription[]> {
    return (await openSubscriptionRows(tables.sources, list).readAll()).map(({ subscription }) => subscription);
  }

  /** Gives a contact of the source a title that none has had before. */
  async function edit(index = 0): Promise<void> {
    const path = `/users/${directory}/contacts/${sourceIds[index]}`;
    await graph.call('PATCH', path, { jobTitle: `Title ${++titles}` });
  }

  /** Resolves once every target holds what the source does. */
  async function arrived(): Promise<void> {
    const wanted = await mirrorOf(graph, directory, [folder], destination);
    for (const target of targets) {
      await until(async () => {
        const { ours } = await readTarget(graph, target, destination, notifiedList.id);
        return JSON.stringify([...ours].sort()) === JSON.stringify([...wanted].sort()) ? true : undefined;
      });
    }
  }

  /** Resolves when no message is left, of whatever is under way. */
  async function rest(): Promise<void> {
    await until(async () => {
      const { queues } = await world.statistics();
      const open = Object.entries(queues).filter(([name]) => !name.includes('/'));
      return open.every(
        ([, { active, scheduled, delivered, completed }]) => active + scheduled === 0 && delivered <= completed,
      )
        ? true
        : undefined;
    }, 100);
  }

  /** Delta rounds of the source since the counters were reset. */
  async function captures(): Promise<number> {
    const { byRoute } = await graph.control<{ byRoute: Record<string, number> }>('GET', '/counters');
    return Object.entries(byRoute).reduce((sum, [route, count]) => sum + (route.endsWith('/delta') ? count : 0), 0);
  }

  /** Messages that the queue of captures took, since the statistics were reset. */
  async function sentCaptures(): Promise<number> {
    const { queues } = await world.statistics();
    return queues['capture-list']?.sent ?? 0;
  }

  async function latestRun(of: Host = host): Promise<RunView> {
    const { runs } = (await (await of.call('GET', '/api/runs')).json()) as { runs: RunView[] };
    return runs[0] as RunView;
  }

  /** As Graph would, or somebody who pretends to be. */
  async function post(path: string, value: readonly unknown[], url = webhookUrl): Promise<Response> {
    const body = JSON.stringify({ value });
    return fetch(`${url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  }
}
