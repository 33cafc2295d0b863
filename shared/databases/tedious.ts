/** The driver, which the bundle keeps in a file of its own: it is more than half as large as all the rest. */
export { Connection, Request } from 'tedious-azure-sql';
