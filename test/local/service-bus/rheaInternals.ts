import type { AmqpError, Delivery, Receiver, Sender, Session } from 'rhea';
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

interface TransferFrame {
  readonly performative: { message_format: number | undefined };
}

interface SessionInternals {
  readonly incoming: { on_transfer(frame: TransferFrame, link: Receiver): void };
}

/** A value as it is encoded; a described one has a descriptor, such as that of a .NET `Uri`. */
export interface EncodedValue {
  readonly type: { readonly typecode: number };
  readonly value: unknown;
  readonly descriptor?: EncodedValue;
}

interface Types {
  Reader: new (bytes: Buffer) => { remaining(): number; read(): EncodedValue };
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

/** The format that the transfers of a session which is left encoded have in place of 0. */
const ENCODED_FORMAT = 0x7fffffff;
const APPLICATION_PROPERTIES = [0x74, 'amqp:application-properties:map'];

/**
 * Leaves the messages of a session encoded. rhea decodes those of the standard format, drops the whole connection over
 * one that is empty or no message, and keeps of a property's type only what JavaScript has.
 */
export function leaveEncoded(session: Session): void {
  const { incoming } = session as unknown as SessionInternals;
  const takeTransfer = incoming.on_transfer;
  incoming.on_transfer = function (frame, link) {
    if (frame.performative.message_format === 0) frame.performative.message_format = ENCODED_FORMAT;
    takeTransfer.call(this, frame, link);
  };
}

/** The application properties of an encoded message with their types: decoded, a Guid and a long may both be bytes. */
export function readApplicationProperties(encoded: Buffer): Map<string, EncodedValue> {
  const { Reader } = rhea.types as unknown as Types;
  const reader = new Reader(encoded);
  while (reader.remaining() > 0) {
    const section = reader.read();
    if (APPLICATION_PROPERTIES.includes(section.descriptor?.value as string | number)) return toMap(section);
  }
  return new Map();
}

function toMap({ value }: EncodedValue): Map<string, EncodedValue> {
  const items = value as EncodedValue[];
  const pairs = items.flatMap((item, index) => {
    const next = items[index + 1];
    return index % 2 === 0 && next ? [[String(item.value), next] as const] : [];
  });
  return new Map(pairs);
}
