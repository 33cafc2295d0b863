import { startPglite } from '../../local/postgres/postgresServer.ts';
import { describePostgres } from './everyPostgres.ts';

describePostgres('PGlite', startPglite, { isWhole: false });
