import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseIsoDuration } from './isoDuration.ts';

/** What a queue does with its messages; durations in milliseconds. */
export interface QueueProperties {
  readonly name: string;
  readonly lockDuration: number;
  readonly maxDeliveryCount: number;
  readonly requiresDuplicateDetection: boolean;
  readonly duplicateDetectionWindow: number;
  readonly defaultTimeToLive: number;
  readonly deadLetterOnExpiration: boolean;
}

const duration = z.string().transform((text, context) => {
  try {
    return parseIsoDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

// Defaults are those of the official emulator's documentation.
const queueSchema = z
  .object({
    Name: z.string().min(1),
    Properties: z.object({
      LockDuration: duration.default(60_000),
      MaxDeliveryCount: z.number().int().positive().default(10),
      RequiresDuplicateDetection: z.boolean().default(false),
      DuplicateDetectionHistoryTimeWindow: duration.default(600_000),
      DefaultMessageTimeToLive: duration.default(3_600_000),
      DeadLetteringOnMessageExpiration: z.boolean().default(false),
      RequiresSession: z.literal(false, 'sessions are not supported by this broker').optional(),
      ForwardTo: z.literal('', 'forwarding is not supported by this broker').optional(),
      ForwardDeadLetteredMessagesTo: z.literal('', 'forwarding is not supported by this broker').optional(),
    }),
  })
  .transform(
    ({ Name, Properties }): QueueProperties => ({
      name: Name,
      lockDuration: Properties.LockDuration,
      maxDeliveryCount: Properties.MaxDeliveryCount,
      requiresDuplicateDetection: Properties.RequiresDuplicateDetection,
      duplicateDetectionWindow: Properties.DuplicateDetectionHistoryTimeWindow,
      defaultTimeToLive: Properties.DefaultMessageTimeToLive,
      deadLetterOnExpiration: Properties.DeadLetteringOnMessageExpiration,
    }),
  );

const configurationSchema = z.object({
  UserConfig: z.object({
    Namespaces: z
      .array(
        z.object({
          Queues: z.array(queueSchema).default([]),
          Topics: z.array(z.unknown()).max(0, 'topics are not supported by this broker').default([]),
        }),
      )
      .length(1, 'exactly one namespace is expected'),
  }),
});

/**
 * Reads the queues from the official Service Bus emulator's `Config.json`
 * (https://learn.microsoft.com/azure/service-bus-messaging/test-locally-with-service-bus-emulator), so that the same
 * file serves both. Throws one error that names the file and every fault in it.
 */
export async function readQueueConfiguration(file: string): Promise<QueueProperties[]> {
  const parsed = configurationSchema.safeParse(parseJson(file, await readFile(file, 'utf8')));
  if (!parsed.success)
    throw new Error(`${file} is not a usable queue configuration:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.UserConfig.Namespaces.flatMap(namespace => namespace.Queues);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON`, { cause });
  }
}
