import { findPostgres, startPostgres } from '../local/postgres/postgresServer.ts';
import { describePostgres } from '../shared/databases/everyPostgres.ts';

const programs = findPostgres();
if (programs === undefined) throw new Error('There is no PostgreSQL: apt-get install postgresql');

describePostgres("Debian's PostgreSQL", () => startPostgres(programs), { isWhole: true });
