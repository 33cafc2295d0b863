import type { MessageQueue, OutgoingMessage } from '../../shared/ports/messageQueue.ts';
import { UnsendableMessage } from '../../shared/service-bus/messages.ts';

export interface TestBody {
  readonly mailbox: string;
  readonly position?: number;
}

/** An empty queue with a duplicate window of 10 minutes, whose time stands still until it is advanced. */
export interface OpenQueue {
  readonly queue: MessageQueue<TestBody>;
  readonly now: number;
  /** Waits for `atLeast` messages, then takes everything that can be received, in any order. */
  receive(atLeast: number): Promise<{ id: string; body: unknown }[]>;
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const minute = 60_000;

/** What every implementation of `MessageQueue` does alike. */
export function describeQueue(name: string, open: () => Promise<OpenQueue>): void {
  describe(name, () => {
    let opened: OpenQueue;

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened?.close());

    async function receiveIds(atLeast: number): Promise<string[]> {
      return (await opened.receive(atLeast)).map(({ id }) => id).sort();
    }

    test('nothing can be sent', async () => {
      await opened.queue.send([]);
      expect(await receiveIds(0)).toEqual([]);
    });

    test('what is sent is delivered once, under its id', async () => {
      const body = { mailbox: 'Zoë 李 \u{1f600}', position: 2 ** 40 };
      await opened.queue.send([{ id: 'a', body }]);
      expect(await opened.receive(1)).toEqual([{ id: 'a', body }]);
      expect(await opened.receive(0)).toEqual([]);
    });

    test('1,000 messages of some size are all delivered, each once', async () => {
      const messages = manyMessages(1000, 'x'.repeat(2000));
      await opened.queue.send(messages);
      const received = await opened.receive(1000);
      const inOrder = received.sort((a, b) => a.id.localeCompare(b.id));
      expect(inOrder).toEqual(messages.map(({ id, body }) => ({ id, body })));
    });

    test('an id that was sent in the last ten minutes is dropped, also within one sending', async () => {
      await opened.queue.send([message('a', 'first'), message('a', 'second'), message('b')]);
      await opened.queue.send([message('a', 'third')]);
      const received = await opened.receive(2);
      expect(received).toHaveLength(2);
      expect(received).toContainEqual({ id: 'a', body: { mailbox: 'first' } });
      await opened.advance(9 * minute);
      await opened.queue.send([message('a')]);
      expect(await receiveIds(0)).toEqual([]);
      await opened.advance(2 * minute);
      await opened.queue.send([message('a', 'again')]);
      expect(await opened.receive(1)).toEqual([{ id: 'a', body: { mailbox: 'again' } }]);
    });

    test('a message is not delivered before its time', async () => {
      const { now } = opened;
      await opened.queue.send([
        { ...message('later'), notBefore: now + 30 * minute },
        message('now'),
        { ...message('soon'), notBefore: now + 10 * minute },
        { ...message('past'), notBefore: now - minute },
        { ...message('soon too'), notBefore: now + 10 * minute },
      ]);
      expect(await receiveIds(2)).toEqual(['now', 'past']);
      await opened.advance(10 * minute - 1);
      expect(await receiveIds(0)).toEqual([]);
      await opened.advance(1);
      expect(await receiveIds(2)).toEqual(['soon', 'soon too']);
      await opened.advance(20 * minute);
      expect(await receiveIds(1)).toEqual(['later']);
    });

    test.each<[string, OutgoingMessage<TestBody>, RegExp]>([
      ['to be delivered at no time', { ...message('a'), notBefore: Number.NaN }, /\ba\b.*time/],
      ['to be delivered at the end of time', { ...message('a'), notBefore: Number.POSITIVE_INFINITY }, /\ba\b.*time/],
      ['to be delivered after the last date there is', { ...message('a'), notBefore: 1e17 }, /\ba\b.*time/],
      ['with a number that is not finite', { id: 'a', body: { mailbox: 'x', position: 0 / 0 } }, /\ba: position\b/],
      ['without a body', { id: 'a' } as OutgoingMessage<TestBody>, /\ba has no body/],
      ['without an id', message(''), /no id/],
      ['with an id of 129 characters', message('i'.repeat(129)), /129 characters; the limit is 128/],
    ])('a message %s is refused, and nothing of its sending is sent', async (_name, refused, reason) => {
      const refusal = opened.queue.send([message('before'), refused]);
      await expect(refusal).rejects.toThrow(UnsendableMessage);
      await expect(refusal).rejects.toThrow(reason);
      expect(await receiveIds(0)).toEqual([]);
    });

    test('a message that is too big is refused by its id, and nothing of its sending is sent', async () => {
      const small = manyMessages(200, 'x'.repeat(2000));
      const refusal = opened.queue.send([...small, message('too-big', 'y'.repeat(300_000))]);
      await expect(refusal).rejects.toThrow(/too-big is too big/);
      await expect(refusal).rejects.not.toThrow(/yyy/);
      expect(await receiveIds(0)).toEqual([]);
      await opened.queue.send([message('next')]);
      expect(await receiveIds(1)).toEqual(['next']);
    });
  });
}

function message(id: string, mailbox = 'ada'): OutgoingMessage<TestBody> {
  return { id, body: { mailbox } };
}

function manyMessages(count: number, mailbox: string): OutgoingMessage<TestBody>[] {
  return Array.from({ length: count }, (_, index) => message(String(index).padStart(6, '0'), mailbox));
}
