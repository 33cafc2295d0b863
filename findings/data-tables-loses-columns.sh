#!/usr/bin/env bash
# Columns named etag and timestamp are not stored by the client of Azure tables, nor are NaN and Infinity; nothing says so.
#
# @azure/data-tables 13.3.2 writes a property "etag" as "odata.etag", which is metadata, and "timestamp" as "Timestamp", which
# the service sets itself. A number that is not finite becomes null, and null is not stored. DateTime values come back with
# three digits of a second's fraction where Graph and .NET write seven. Server: Azurite 3.37.0.
#
# Why it matters: the etag of a contact and the timestamp of its last change are the first columns that one gives a ledger.
# They read as the row's own etag and time: values that look right and are never those that were written.
#
# Seen:
#> sent: {"PartitionKey":"anna","RowKey":"c","odata.etag":"W/\"of the contact\"","Timestamp":"2020-01-01T00:00:00Z","average":null,"changed":"2026-11-28T10:00:00.1234567Z","changed@odata.type":"Edm.DateTime"}
#> etag read:      W/"datetime'...
#> timestamp read: of now
#> average read:   undefined
#> changed read:   2026-11-28T10:00:00.123Z
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @azure/data-tables@13.3.2 azurite@3.37.0 > /dev/null
AccountKey=$(head -c 32 /dev/urandom | base64)
export AccountKey PATH="$folder/node_modules/.bin:$PATH"
port=$(node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
AZURITE_ACCOUNTS="account:$AccountKey" azurite-table --tableHost 127.0.0.1 --tablePort "$port" --inMemoryPersistence --skipApiVersionCheck \
  --disableTelemetry > azurite.log &
server=$!
timeout 60 sh -c 'until grep -qs "successfully started" azurite.log; do sleep 0.2; done' || { cat azurite.log; exit 1; }

cat > trial.js <<'TRIAL'
import { TableClient } from '@azure/data-tables';

const { AccountKey } = process.env;
const endpoint = `http://127.0.0.1:${process.argv[2]}/account`;
const connection = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${AccountKey};TableEndpoint=${endpoint};`;
const table = TableClient.fromConnectionString(connection, 'ledger', { allowInsecureConnection: true });
await table.createTable();
table.pipeline.addPolicy({
  name: 'watch',
  sendRequest(request, next) {
    if (request.method === 'POST') console.log('sent:', request.body);
    return next(request);
  },
});

await table.createEntity({
  partitionKey: 'anna',
  rowKey: 'c',
  etag: 'W/"of the contact"',
  timestamp: '2020-01-01T00:00:00Z',
  average: 0 / 0,
  changed: { type: 'DateTime', value: '2026-11-28T10:00:00.1234567Z' },
});
const read = await table.getEntity('anna', 'c');
console.log(`etag read:      ${read.etag.slice(0, 12)}...`);
console.log('timestamp read:', Date.now() - Date.parse(read.timestamp) < 60_000 ? 'of now' : read.timestamp);
console.log('average read:  ', read.average);
console.log('changed read:  ', read.changed.toISOString());
TRIAL
node trial.js "$port" > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
