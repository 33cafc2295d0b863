import { describePostgres } from './everyPostgres.ts';
import { startPglite } from './postgresServer.ts';

describePostgres('PGlite', startPglite, { isWhole: false });
