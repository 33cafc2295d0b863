import type { Notice } from '../../../shared/domain/notice.ts';
import { openMailNotices } from '../../../shared/graph/mailNotices.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';

let simulated: SimulatedGraph;
beforeAll(async () => {
  simulated = await simulateGraph();
});
afterAll(() => simulated?.close());

const notice: Notice = {
  title: 'Contact Folder Sync: 1 list needs attention',
  facts: [{ title: 'staff', value: 'held: 10 removals wait for a decision' }],
  more: 2,
};
const to = ['ops@contoso.example', 'it@contoso.example'];

function openTarget(from: string) {
  return openMailNotices({ from, to, consoleUrl: 'https://app.contoso.example/api/console' }, simulated.client);
}

function readMail(): Promise<unknown> {
  return simulated.control('GET', '/mail');
}

test('a notice is mailed from the mailbox to everybody named, as plain text', async () => {
  const from = await simulated.newMailbox();
  await openTarget(from).send(notice, 'id');
  expect(await readMail()).toMatchObject([
    {
      message: {
        subject: notice.title,
        body: {
          contentType: 'Text',
          content:
            'staff: held: 10 removals wait for a decision\r\nand 2 more\r\n\r\nThe console: https://app.contoso.example/api/console',
        },
        toRecipients: to.map(address => ({ emailAddress: { address } })),
      },
    },
  ]);
});

test('whether it could be sent shows without sending', async () => {
  const before = await readMail();
  const from = await simulated.newMailbox();
  await openTarget(from).check();
  await simulated.control('POST', `/mailboxes/${from}/state`, { state: 'accessDenied' });
  await expect(openTarget(from).check()).rejects.toMatchObject({ code: 'ErrorAccessDenied', way: 'mail' });
  await expect(openTarget('nobody@contoso.example').check()).rejects.toMatchObject({
    name: 'NoticeUnsent',
    way: 'mail',
  });
  await expect(openTarget(from).send(notice, 'id')).rejects.toMatchObject({ code: 'ErrorAccessDenied' });
  expect(await readMail()).toEqual(before);
});
