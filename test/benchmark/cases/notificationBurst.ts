import { type BedCase, expectOutcome } from '../benchmarkCase.ts';
import { percentile, round, toFigures } from '../figures.ts';
import type { BedSize } from '../testBed.ts';

const notifications = 1000;
const mostSeconds = 3;
/** As many targets as the shared bed: what is measured here is the webhook. */
const bed: BedSize = { mailboxes: 20, contacts: 20, hosts: 1, notified: true };

/** Graph notifies of many changes at once: how long each waits for its 202. */
export const notificationBurst: BedCase = {
  name: 'notificationBurst',
  title: `${notifications} notifications at once`,
  bed,
  async run(bed) {
    await bed.fill();
    const { world, targets, source, latencyMilliseconds } = bed;
    const clientState = world.settings().CLIENT_STATE;
    const body = JSON.stringify({ value: [{ subscriptionId: await bed.findSubscription(), clientState }] });
    const [changed] = source.contacts;
    const seconds: number[] = [];
    const measurement = await bed.measure(async host => {
      await world.graph.call('PATCH', `/users/${source.mailboxId}/contacts/${changed?.id}`, {
        jobTitle: 'Head of Bursts',
      });
      const answers = await Promise.all(Array.from({ length: notifications }, () => notify(host.url)));
      expectOutcome('Notifications accepted', answers.filter(status => status === 202).length, notifications);
      return host;
    });
    const slowest = round(percentile(seconds, 0.99), 2);
    const aim = `99 % of ${notifications} notifications answered within ${mostSeconds} s`;
    return {
      figures: toFigures(measurement, targets, latencyMilliseconds),
      aims: [
        { aim, figure: `${slowest} s`, reached: slowest < mostSeconds },
        {
          aim: 'a handful of captures',
          figure: `${measurement.counters.byRoute['GET /users/{id}/contactFolders/{id}/contacts/delta']}`,
          reached: null,
        },
      ],
    };

    async function notify(url: string): Promise<number> {
      const sentAt = performance.now();
      const { status } = await fetch(`${url}/api/notifications`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      seconds.push((performance.now() - sentAt) / 1000);
      return status;
    }
  },
};
