/** What a list does about contacts of the user's that are those of the source: a further policy is a further row here. */
export const existingPolicies = {
  leave: { adopts: false, looksEverywhere: false },
  adoptInFolder: { adopts: true, looksEverywhere: false },
  adoptAnywhere: { adopts: true, looksEverywhere: true },
} as const satisfies Record<string, ExistingPolicy>;

export interface ExistingPolicy {
  readonly adopts: boolean;
  /** Also in the user's default folder. */
  readonly looksEverywhere: boolean;
}

export type Existing = keyof typeof existingPolicies;
export const existing = Object.keys(existingPolicies) as [Existing, ...Existing[]];
