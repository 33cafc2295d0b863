import * as z from 'zod';

export const secretName = z
  .string()
  .regex(
    /^[0-9A-Za-z-]{1,127}$/,
    'is not the name of a secret in the key vault: its value never stands in the settings',
  );
