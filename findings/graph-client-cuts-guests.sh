#!/usr/bin/env bash
# Microsoft's Graph client for JavaScript asks for another user when the name of a guest is in the path, and cuts filters
# at "#" and "&".
#
# @microsoft/microsoft-graph-client 3.0.7 encodes neither path nor query. A guest's user principal name holds "#EXT#": all
# behind the "#" is a fragment and never sent, also the rest of the path, so "the contact folders of the guest" becomes
# "the user anna_contoso.example". A company "Muster & Sons" ends a filter at "&", and "+" in an address arrives as a space.
# Microsoft.Graph 6.10.0 for .NET encodes all four.
#
# Why it matters: guests are in each directory with partners, and companies are named so. A look-up by name is refused, or
# is answered for something else.
#
# Seen (what the server gets):
#> path:   GET /v1.0/users/anna_contoso.example
#> filter: GET /v1.0/users?$filter=userPrincipalName%20eq%20%27anna_contoso.example
#> filter: GET /v1.0/users?$filter=companyName%20eq%20%27Muster%20&%20Sons%27
#> the server takes that for: $filter="companyName eq 'Muster " and " Sons'"=""
#> filter: GET /v1.0/users?$filter=mail%20eq%20%27anna+news@contoso.example%27
#> the server takes that for: $filter="mail eq 'anna news@contoso.example'"
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

let requested;
const server = createServer((request, response) => {
  requested = request.url;
  response.setHeader('content-type', 'application/json').end('{"value":[]}');
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const client = Client.init({ baseUrl: `http://127.0.0.1:${server.address().port}/`, authProvider: done => done(null, 'token') });

await client.api('/users/anna_contoso.example#EXT#@fabrikam.example/contactFolders').get();
console.log('path:  ', 'GET', requested);

async function find(filter) {
  await client.api('/users').filter(filter).get();
  console.log('filter:', 'GET', requested);
}

function showParameters() {
  const parameters = [...new URL(requested, 'http://server').searchParams];
  const shown = parameters.map(([name, value]) => `${name.startsWith('$') ? name : JSON.stringify(name)}=${JSON.stringify(value)}`);
  console.log('the server takes that for:', shown.join(' and '));
}

await find("userPrincipalName eq 'anna_contoso.example#EXT#@fabrikam.example'");
await find("companyName eq 'Muster & Sons'");
showParameters();
await find("mail eq 'anna+news@contoso.example'");
showParameters();
server.close();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
