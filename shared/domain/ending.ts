/** How what a list wrote into a mailbox ended there: what its user deleted was removed from the source later on. */
export const endings = ['removed', 'givenBack', 'deletedByUser', 'leftToOthers'] as const;
export type Ending = (typeof endings)[number];
