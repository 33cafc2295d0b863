import * as z from 'zod';

export const noticeSent = z.object({ sent: z.literal(true) });
