#!/usr/bin/env bash
# Postgres.js gives everybody without a phone the phone "NULL", and an unknown answer as no.
#
# postgres 3.4.9 reads a NULL in an array as the text "NULL", a boolean as false, a number as NaN and a date as an invalid
# one; as a column of its own each is null. PostgreSQL writes the word unquoted for NULL, quoted for the text (manual,
# 8.15.6). An array whose first index is not 1 (same section) comes one level too deep. pg 8.23.1 has both right.
# Issue 1124 is open for texts; about booleans and first indexes none was found.
#
# Why it matters: array_agg over a LEFT JOIN, the usual way to read a person with phones, gives {NULL} for people without one.
# The text "NULL" is written to every mailbox, and "may be published: unknown" becomes a plain false.
#
# Seen (the server is PGlite 0.5.14):
#> pg       Max without phone: [null]  published: [true,null]  room: [7,null]  "NULL" and NULL: ["NULL",null]  [0:1]: ["1","2"]
#> postgres Max without phone: ["NULL"]  published: [true,false]  room: [7,NaN]  "NULL" and NULL: ["NULL","NULL"]  [0:1]: [["1","2"]]
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 postgres@3.4.9 pg@8.23.1 @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17 > /dev/null
cat > trial.js <<'TRIAL'
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';
import postgres from 'postgres';

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
await once(probe, 'close');
const db = await PGlite.create();
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port });
await server.start();
await db.exec("CREATE TABLE person (name text); CREATE TABLE phone (name text, number text); INSERT INTO person VALUES ('Anna'), ('Max'); INSERT INTO phone VALUES ('Anna', '030 23125')");

const query = `SELECT array_agg(number) AS "Max without phone", ARRAY[true, NULL] AS published, ARRAY[7, NULL] AS room,
  ARRAY['NULL', NULL] AS """NULL"" and NULL", '[0:1]={1,2}'::text[] AS "[0:1]"
  FROM person LEFT JOIN phone USING (name) WHERE person.name = 'Max'`;

function show(client, row) {
  const values = Object.entries(row).map(([name, value]) => `${name}: ${JSON.stringify(value, (_, item) => (Number.isNaN(item) ? 'not a number' : item))}`);
  console.log(`${client.padEnd(8)} ${values.join('  ').replace('"not a number"', 'NaN')}`);
}

const options = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
const client = new pg.Client(options);
await client.connect();
show('pg', (await client.query(query)).rows[0]);
await client.end();
const sql = postgres({ ...options, max: 1 });
show('postgres', (await sql.unsafe(query))[0]);
await sql.end();
await server.stop();
await db.close();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
