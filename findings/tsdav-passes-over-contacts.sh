#!/usr/bin/env bash
# tsdav's sync passes over every changed contact whose address does not end in ".vcf", and moves its token past it.
#
# tsdav 2.3.4: smartCollectionSync with the sync-collection report takes only members named *.vcf for contacts. RFC 6352 asks
# for no ending, and there are servers that give none (Stalwart, according to pull request 194 of Z-Push, which had the
# same fault). fetchVCards of the same library, which fills the book at first, takes all names. The README does not
# speak of endings, and no issue about it was found for tsdav.
#
# Why it matters: the first sync is complete, and from then on no change arrives. No error tells of it, and since the new
# token is kept, the changes are not asked for again.
#
# Seen (address book with one contact, changed once):
#> anna.vcf: filled with 1, updated 1 (Anna Neu), token now 2
#> anna:     filled with 1, updated 0, token now 2
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 tsdav@2.3.4 > /dev/null
cat > trial.js <<'TRIAL'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { addressBookMultiGet, fetchVCards, smartCollectionSyncDetailed } from 'tsdav';

let contact;
const card = () => `BEGIN:VCARD\nVERSION:3.0\nFN:${contact.name}\nN:${contact.name};;;;\nEND:VCARD\n`;
const server = createServer(async (request, response) => {
  const asked = (await request.toArray()).join('');
  const data = asked.includes('address-data') && !asked.includes('sync-collection') ? `<c:address-data>${card()}</c:address-data>` : '';
  const token = asked.includes('sync-collection') ? '<d:sync-token>https://contoso.example/sync/2</d:sync-token>' : '';
  response.writeHead(207, { 'content-type': 'application/xml' });
  response.end(`<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:response><d:href>/book/${contact.href}</d:href>
    <d:propstat><d:prop><d:getetag>"${contact.etag}"</d:getetag>${data}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>${token}</d:multistatus>`);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const root = `http://127.0.0.1:${server.address().port}/`;

for (const href of ['anna.vcf', 'anna']) {
  contact = { href, name: 'Anna', etag: 1 };
  const book = { url: `${root}book/`, reports: ['syncCollection'], syncToken: 'https://contoso.example/sync/1', objectMultiGet: addressBookMultiGet };
  const objects = await fetchVCards({ addressBook: book });
  contact = { href, name: 'Anna Neu', etag: 2 };
  const synced = await smartCollectionSyncDetailed({ collection: { ...book, objects }, account: { accountType: 'carddav', homeUrl: root } });
  const names = synced.objects.updated.map(({ data }) => ` (${/FN:(.*)/.exec(data)[1]})`);
  console.log(`${`${href}:`.padEnd(9)} filled with ${objects.length}, updated ${names.length}${names.join('')}, token now ${synced.syncToken.at(-1)}`);
}
server.close();
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
