import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** PGlite loads its files by imports that jest does not know: so it runs beside. */
const db = await PGlite.create();
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: workerData as number, maxConnections: 10 });
await server.start();
parentPort?.postMessage('ready');
