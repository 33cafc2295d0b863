const mostFailures = 5;

/** Work that failed again and again. Its message is refused until it is a dead letter, which is taken up. */
class WorkGivenUp extends Error {
  override readonly name = 'WorkGivenUp';
}

interface CountedMessage {
  readonly failures?: number | undefined;
}

/**
 * A handler that fails or dies keeps its lease until that expires. Every later delivery of its message meets the lease
 * and makes place for a copy, whose deliveries count from one: alone, the broker would never give the work up. So
 * copies carry how many deliveries came to nothing.
 *
 * @param deliveryCount of the message that met a lease, 1 at its first delivery
 */
export function failuresOf(message: CountedMessage, deliveryCount: number): number {
  return (message.failures ?? 0) + deliveryCount - 1;
}

/** @throws WorkGivenUp */
export function refuseFailedWork(message: CountedMessage): void {
  if ((message.failures ?? 0) < mostFailures) return;
  throw new WorkGivenUp(`The work of this message failed ${message.failures} times: it will be dead-lettered`);
}
