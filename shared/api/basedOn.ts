import * as z from 'zod';

/** What a request says that its change is based on (RFC 9110, 13.1). */
export const basedOnHeaders = z.object({
  'If-Match': z.string().optional().meta({ description: 'The ETag of the version that the change is based on' }),
  'If-None-Match': z.literal('*').optional().meta({ description: 'Instead, where there is none yet' }),
});
