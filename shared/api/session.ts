import * as z from 'zod';
import { roles } from './roles.ts';

/** Who is signed in to the console. */
export const sessionView = z.object({
  id: z.string().meta({ description: 'Object id of the user, and of the mailbox' }),
  name: z.string().meta({ description: 'As the sign-in calls the person; stored nowhere' }),
  operates: z
    .array(z.string())
    .meta({ description: 'Ids of lists that the person may operate without a role, as their `operators` say' }),
  roles: z.array(z.enum(roles)).meta({ description: 'Those of the app; none: only what is their own' }),
});
