/** What the console's page sends with whatever is no GET, and a form of another site cannot. */
export const ownHeader = { name: 'x-requested-with', value: 'contact-folder-sync' };
