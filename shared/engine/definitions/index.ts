/** Lists as they are defined: in the settings, or stored through the API. */
export { createCurrentLists } from './currentLists.ts';
export { createListsAsSent, type ReadListAsSent } from './listsAsSent.ts';
export { readCandidate } from './readCandidate.ts';
export { type ListDefinition, readDefinition } from './readDefinition.ts';
export type { CodeSettings } from './resolveLists.ts';
export { deleteDefinition, type Edit, type EditAnswer, storeDefinition } from './storeDefinition.ts';
