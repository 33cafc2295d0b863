#!/usr/bin/env bash
# The page iterator of Microsoft's Graph client asks for immutable ids on the first page alone.
#
# @microsoft/microsoft-graph-client 3.0.7: a header of the request (Prefer: IdType="ImmutableId", odata.maxpagesize) is not
# repeated by PageIterator unless it is given again as requestOptions; query options ride in the link, headers do not.
# A callback that answers by a promise of false does not stop it, as one that answers false does.
#
# Why it matters: from page two on Graph gives the other kind of id. A ledger by id then takes all contacts but the first
# page for new or removed ones.
#
# Seen:
#> /v1.0/users/u/contacts           Prefer: IdType="ImmutableId"
#> /v1.0/users/u/contacts?$skip=10  Prefer: undefined
#> /v1.0/users/u/contacts?$skip=20  Prefer: undefined
#> stopped by false: after 1 contact
#> stopped by a promise of false: after 3 contacts
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @microsoft/microsoft-graph-client@3.0.7 > /dev/null
cat > trial.js <<'TRIAL'
import { createServer } from 'node:http';
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';

const path = '/users/u/contacts';
const next = { [path]: `${path}?$skip=10`, [`${path}?$skip=10`]: `${path}?$skip=20` };
const requests = [];
const server = createServer((request, response) => {
  requests.push(`${request.url.padEnd(32)} Prefer: ${request.headers.prefer}`);
  const page = { value: [{ id: request.url }], '@odata.nextLink': next[request.url.replace('/v1.0', '')] };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(page));
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const client = Client.init({ baseUrl: `http://127.0.0.1:${server.address().port}/`, authProvider: done => done(null, 'token') });

async function iterate(answer) {
  requests.length = 0;
  let contacts = 0;
  const first = await client.api(path).header('Prefer', 'IdType="ImmutableId"').get();
  await new PageIterator(client, first, () => {
    contacts += 1;
    return answer;
  }).iterate();
  return contacts;
}

await iterate(true);
console.log(requests.join('\n'));
console.log('stopped by false: after', await iterate(false), 'contact');
console.log('stopped by a promise of false: after', await iterate(Promise.resolve(false)), 'contacts');
server.close();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
