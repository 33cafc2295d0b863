/** What a list does about what users change in its contacts: a further policy is a further row here. */
export const userEditPolicies = {
  keep: {
    /** Of a contact that a full reconcile does not find. */
    deletedContact: 'staysAway',
    /** Of a field of ours that holds something else. */
    editedField: 'stays',
    /** For people, of an edited field, and of a deleted contact. */
    described: 'which stays until the source changes it',
    deletionDescribed: 'it stays away until the source changes it',
  },
  revert: {
    deletedContact: 'comesBack',
    editedField: 'isPutBack',
    described: 'which a full reconcile puts back',
    deletionDescribed: 'a full reconcile brings it back',
  },
} as const satisfies Record<string, UserEditPolicy>;

export interface UserEditPolicy {
  readonly deletedContact: 'staysAway' | 'comesBack';
  readonly editedField: 'stays' | 'isPutBack';
  readonly described: string;
  readonly deletionDescribed: string;
}

export type UserEdits = keyof typeof userEditPolicies;
export const userEdits = Object.keys(userEditPolicies) as [UserEdits, ...UserEdits[]];
