#!/usr/bin/env bash
# Microsoft's Graph client posts a contact again when a gateway gives up, so it is there several times.
#
# @microsoft/microsoft-graph-client 3.0.7: RetryHandler, a part of the default chain of Client.init, repeats any method with
# a buffered body after 429, 503 and 504, a POST too. A 504 does not say that the mailbox did not take the contact.
#
# Why it matters: mailboxes are slow when a first synchronisation loads them, and each contact whose creation was answered
# too late is doubled, up to four times, before any code of the app sees an answer.
#
# Seen:
#> one post(), the first two answers 504: 3 contacts created, Retry-Attempt: undefined 1 2
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @microsoft/microsoft-graph-client@3.0.7 > /dev/null
cat > trial.js <<'TRIAL'
import { createServer } from 'node:http';
import { Client } from '@microsoft/microsoft-graph-client';

const attempts = [];
const server = createServer((request, response) => {
  attempts.push(request.headers['retry-attempt']);
  response.writeHead(attempts.length < 3 ? 504 : 201, { 'content-type': 'application/json', 'retry-after': '0' });
  response.end(JSON.stringify({ id: `contact ${attempts.length}` }));
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const client = Client.init({ baseUrl: `http://127.0.0.1:${server.address().port}/`, authProvider: done => done(null, 'token') });
await client.api('/users/u/contacts').post({ displayName: 'Anna Muster' });
console.log(`one post(), the first two answers 504: ${attempts.length} contacts created, Retry-Attempt: ${attempts.map(String).join(' ')}`);
server.close();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
