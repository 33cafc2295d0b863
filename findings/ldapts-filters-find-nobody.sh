#!/usr/bin/env bash
# ldapts asks for other people than the filter names, as soon as a byte above 7F is escaped in it.
#
# ldapts 9.2.0 takes each escaped byte of a filter for a character and encodes it as UTF-8 once more. RFC 4515 (3 and 4) means
# the byte itself; its own example (cn=Lu\c4\8di\c4\87) is sent as nine characters that nobody is called. ldapts' escapeFilter
# escapes Buffers in this form (its README recommends it), so its own filter for an objectGUID is sent with 19 bytes
# in place of 16. The same value in an EqualityFilter, and letters that are not escaped, are sent right.
# In issue ldapts #104 an objectGUID that is not found was asked about; the issue was closed.
#
# Why it matters: contacts from a directory are looked up again by objectGUID. Almost every GUID has such a byte, the answer is
# an empty result and no error, and a sync takes the person for one who has left.
#
# Seen (assertion values as sent, in hexadecimal):
#> (cn=Lučić)                        4c75c48d69c487
#> (cn=Lu\c4\8di\c4\87)              4c75c384c28d69c384c287
#> (cn=Lu\c4\8d*)                    4c75c384c28d
#> objectGUID, EqualityFilter        0f0e0d0c0040008080000000000000ab
#> objectGUID, escapeFilter          0f0e0d0c004000c280c280000000000000c2ab
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 ldapts@9.2.0 > /dev/null
cat > trial.js <<'TRIAL'
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client, EqualityFilter, escapeFilter } from 'ldapts';

let request;
const directory = createServer((socket) => socket.on('data', (data) => {
  request = data;
  const messageId = data[4];
  socket.write(Buffer.from([0x30, 0x0c, 0x02, 0x01, messageId, 0x65, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]));
}));
directory.listen(0, '127.0.0.1');
await once(directory, 'listening');
const client = new Client({ url: `ldap://127.0.0.1:${directory.address().port}` });

// In the request the value is an octet string (tag 04, or 80 for the beginning of a name) behind the attribute's name.
async function valueSent(filter, attribute) {
  await client.search('dc=contoso,dc=example', { filter, scope: 'sub' });
  let at = request.indexOf(attribute) + attribute.length;
  while (![0x04, 0x80].includes(request[at])) at += 2;
  return request.subarray(at + 2, at + 2 + request[at + 1]).toString('hex');
}

const objectGuid = Buffer.from('0f0e0d0c0040008080000000000000ab', 'hex');
const filters = [
  ['(cn=Lučić)', '(cn=Lučić)', 'cn'],
  ['(cn=Lu\\c4\\8di\\c4\\87)', '(cn=Lu\\c4\\8di\\c4\\87)', 'cn'],
  ['(cn=Lu\\c4\\8d*)', '(cn=Lu\\c4\\8d*)', 'cn'],
  ['objectGUID, EqualityFilter', new EqualityFilter({ attribute: 'objectGUID', value: objectGuid }), 'objectGUID'],
  ['objectGUID, escapeFilter', escapeFilter`(objectGUID=${objectGuid})`, 'objectGUID'],
];
for (const [name, filter, attribute] of filters) console.log(`${name.padEnd(33)} ${await valueSent(filter, attribute)}`);
await client.unbind();
directory.close();
process.exit();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
