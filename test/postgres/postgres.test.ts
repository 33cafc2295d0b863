import { describePostgres } from '../shared/databases/everyPostgres.ts';
import { findPostgres, startPostgres } from '../shared/databases/postgresServer.ts';

const programs = findPostgres();
if (programs === undefined) throw new Error('There is no PostgreSQL: apt-get install postgresql');

describePostgres("Debian's PostgreSQL", () => startPostgres(programs), { isWhole: true });
