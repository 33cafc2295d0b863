/** The driver, which the bundle keeps in a file of its own. */
export { Client } from 'pg';
export { default as Cursor } from 'pg-cursor';
