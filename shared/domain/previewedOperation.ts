import type { ContactField } from './contact.ts';
import type { Reason } from './reason.ts';

/**
 * `adopt`: a contact of the user's own is taken over; `giveBack`: it is the user's again; `keep`: left as the user or the
 * policy has it; `hold`: a removal that waits for a decision.
 */
export const previewActions = ['create', 'adopt', 'patch', 'giveBack', 'delete', 'keep', 'hold'] as const;

/** What a run would do with a contact, or leave. */
export interface PreviewedOperation {
  readonly action: (typeof previewActions)[number];
  readonly sourceKey: string;
  readonly displayName: string | null;
  readonly fields?: ContactField[];
  readonly reason: Reason;
}
