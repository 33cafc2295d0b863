/** Mail that users send. https://learn.microsoft.com/graph/api/user-sendmail */
import { z } from 'zod';
import type { GraphAnswer } from './exchange.ts';
import { GraphError, undeserializableBody } from './graphError.ts';
import type { MailboxCall } from './world.ts';

const recipients = z.array(z.looseObject({ emailAddress: z.looseObject({ address: z.string().min(1) }) }));
const bodySchema = z.looseObject({
  message: z.looseObject({
    subject: z.string().optional(),
    body: z.looseObject({ contentType: z.string(), content: z.string() }).optional(),
    toRecipients: recipients.optional(),
    ccRecipients: recipients.optional(),
    bccRecipients: recipients.optional(),
  }),
  saveToSentItems: z.boolean().optional(),
});

/** Accepted at once; nothing is delivered, and the control `mail` lists it. */
export function sendMail(call: MailboxCall): GraphAnswer {
  const parsed = bodySchema.safeParse(call.request.body);
  if (!parsed.success) throw undeserializableBody('message');
  const { message } = parsed.data;
  const { toRecipients = [], ccRecipients = [], bccRecipients = [] } = message;
  if ([...toRecipients, ...ccRecipients, ...bccRecipients].length === 0) {
    throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  }
  const sentAt = new Date(call.world.now()).toISOString();
  call.world.tenant.sentMail.push({ from: String(call.user.properties.mail ?? ''), sentAt, message });
  return { status: 202 };
}
