#!/usr/bin/env bash
# One PostgreSQL, asked through PGlite's own API and through pg: the birthday differs by a day, in reading and in writing.
#
# PGlite 0.5.14 gives a date as midnight UTC and writes a Date by its UTC day; pg 8.23.1 gives local midnight and writes the
# local day. Beside that count(*) is a number or a text, a large bigint a BigInt or a text, numeric[] keeps its digits or
# loses them, and name[] (or any array type that pg does not know) is an array or one text.
#
# Why it matters: PGlite is the PostgreSQL of in-process tests. What they prove about birthdays, keys and lists of phones
# is not true with pg in production.
#
# Seen (time zone Europe/Berlin):
#> date '1985-02-28'                  PGlite 1985-02-28T00:00:00.000Z  pg 1985-02-27T23:00:00.000Z
#> $1::date::text of 28 February      PGlite 1985-02-27 (string)       pg 1985-02-28 (string)
#> count(*)                           PGlite 1 (number)                pg 1 (string)
#> 9007199254740993                   PGlite 9007199254740993 (bigint) pg 9007199254740993 (string)
#> '{12345678901234567.5}'::numeric[] PGlite ["12345678901234567.5"]   pg [12345678901234568]
#> '{anna,"max m"}'::name[]           PGlite ["anna","max m"]          pg {anna,"max m"} (string)
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

function show(value) {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? JSON.stringify(value) : `${value} (${typeof value})`;
}

async function compare(expression, parameters = [], label = expression) {
  const query = `SELECT ${expression} AS value`;
  const byPglite = show((await db.query(query, parameters)).rows[0].value);
  const byPg = show((await client.query(query, parameters)).rows[0].value);
  console.log(`${label.padEnd(34)} PGlite ${byPglite.padEnd(25)} pg ${byPg}`);
}

await compare("date '1985-02-28'");
await compare('$1::date::text', [new Date(1985, 1, 28)], '$1::date::text of 28 February');
await compare('count(*)');
await compare('9007199254740993');
await compare("'{12345678901234567.5}'::numeric[]");
await compare(`'{anna,"max m"}'::name[]`);
await client.end();
await server.stop();
await db.close();
TRIAL
TZ=Europe/Berlin node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
