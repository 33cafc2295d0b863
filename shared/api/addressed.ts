import * as z from 'zod';

/** Beside the id of a mailbox, wherever an answer names one. */
export const addressed = {
  address: z
    .string()
    .optional()
    .meta({ description: 'Of the mailbox, for people; missing where the directory does not tell' }),
};
