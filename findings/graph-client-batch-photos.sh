#!/usr/bin/env bash
# A photo in a batch of Microsoft's Graph client is sent without the photo, on Node.
#
# @microsoft/microsoft-graph-client 3.0.7: BatchRequestContent reads a body that is no JSON by FileReader wherever there is a
# Blob. Node has Blob and no FileReader; the error is swallowed and the body left out. JSON bodies are there.
#
# Why it matters: photos are the bulk of a first synchronisation, and batches its natural form. Graph gets a PUT of nothing
# for each contact.
#
# Seen:
#> photo:   {"url":"/v1.0/users/u/contacts/c/photo/$value","method":"PUT","headers":{"content-type":"image/jpeg"},"id":"1"}
#> contact: {"url":"/v1.0/users/u/contacts/c","method":"PATCH","headers":{"content-type":"application/json"},"body":{"jobTitle":"Head"},"id":"2"}
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @microsoft/microsoft-graph-client@3.0.7 > /dev/null
cat > trial.js <<'TRIAL'
import { BatchRequestContent } from '@microsoft/microsoft-graph-client';

const contact = 'https://graph.microsoft.com/v1.0/users/u/contacts/c';
const photo = new Request(`${contact}/photo/$value`, {
  method: 'PUT',
  headers: { 'Content-Type': 'image/jpeg' },
  body: new Uint8Array([0xff, 0xd8, 0xff]),
});
const change = new Request(contact, {
  method: 'PATCH',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ jobTitle: 'Head' }),
});
const { requests } = await new BatchRequestContent([
  { id: '1', request: photo },
  { id: '2', request: change },
]).getContent();
console.log('photo:  ', JSON.stringify(requests[0]));
console.log('contact:', JSON.stringify(requests[1]));
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
