#!/usr/bin/env bash
# A role's DateStyle makes every date that node-postgres reads null, without an error.
#
# pg 8.23.1 parses dates and timestamps as ISO text and gives null for anything else. DateStyle is a setting of the server,
# database, role or session, and "German" or "SQL, DMY" are usual ones for people who look at tables by hand:
# ALTER ROLE reader SET datestyle TO 'German'. PostgreSQL is PGlite 0.5.14 here, spoken to over TCP (pglite-socket 0.2.17).
#
# Why it matters: a database source that worked gives all people without birthdays one day. Nothing fails, so a sync
# removes the birthday of each contact in each mailbox.
#
# Seen:
#> ISO, MDY  date 1985-02-28  timestamptz 1985-02-28T11:59:00.000Z
#> German    date null  timestamptz null
#> SQL, DMY  date null  timestamptz null
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 pg@8.23.1 @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17 > /dev/null
cat > trial.js <<'TRIAL'
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';

const port = await new Promise(resolve => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const db = await PGlite.create();
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port });
await server.start();
const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
await client.connect();

for (const style of ['ISO, MDY', 'German', 'SQL, DMY']) {
  await client.query(`SET datestyle TO '${style}'`);
  const { rows } = await client.query("SELECT date '1985-02-28' AS day, timestamptz '1985-02-28 11:59Z' AS moment");
  const [{ day, moment }] = rows;
  console.log(`${style.padEnd(8)}  date ${day && day.toLocaleDateString('sv')}  timestamptz ${moment && moment.toISOString()}`);
}
await client.end();
await server.stop();
await db.close();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
