import type { AmqpError, Delivery, Receiver, Sender } from 'rhea';
import rhea from 'rhea';

/**
 * The parts of rhea 3.0 that a broker needs and its typings leave out. rhea is written for clients: for one, it
 * counts a sender's credit down only when a transfer is written.
 */
interface SenderInternals {
  readonly credit: number;
  /** How often an attach is still to be written. */
  readonly state: { readonly open_requests: number };
  readonly session: {
    readonly outgoing: {
      readonly next_delivery_id: number;
      readonly next_pending_delivery: number;
      available(): number;
    };
  };
}

interface LinkInternals {
  readonly local: {
    readonly attach: {
      source: unknown;
      target: unknown;
      snd_settle_mode: number;
      rcv_settle_mode: number;
    };
  };
}

interface Outcomes {
  rejected(fields: { error?: AmqpError }): { described(): unknown };
}

/**
 * How many more messages may be sent on a link now: its credit less what is queued for it, and the session's room. None
 * before the attach is written: rhea would write them first, and the client for .NET ends the session at that.
 */
export function availableCredit(link: Sender): number {
  const { credit, session, state } = link as unknown as SenderInternals;
  if (!link.is_open() || state.open_requests > 0) return 0;
  const queued = session.outgoing.next_delivery_id - session.outgoing.next_pending_delivery;
  return Math.min(credit - queued, session.outgoing.available());
}

/** Answers an attach with the settle modes that the peer asked for; the SDK takes receiveAndDelete from them. */
export function echoSettleModes(link: Sender): void {
  const { attach } = (link as unknown as LinkInternals).local;
  attach.snd_settle_mode = link.snd_settle_mode;
  attach.rcv_settle_mode = link.rcv_settle_mode;
}

/** Refuses an attach as AMQP 1.0 section 2.6.3 has it: an answer without terminus, then a detach with the error. */
export function refuseLink(link: Sender | Receiver, error: AmqpError): void {
  const { attach } = (link as unknown as LinkInternals).local;
  if (link.is_sender()) attach.source = undefined;
  else attach.target = undefined;
  link.close(error);
}

/**
 * Confirms how the peer settled a delivery, or rejects it with an error. The SDK never sends a second, settled
 * disposition: unless the delivery counts as settled on both sides, rhea keeps it until its buffer is full.
 */
export function confirmSettlement(delivery: Delivery, error?: AmqpError): void {
  const { rejected } = rhea.message as unknown as Outcomes;
  const state = delivery.remote_state;
  // A dead-letter reason travels as the rejection's error; given back, the SDK would take it for a failure.
  const answer = error || state?.error ? rejected(error ? { error } : {}) : state;
  delivery.update(true, answer?.described());
  (delivery as { remote_settled: boolean }).remote_settled = true;
}
