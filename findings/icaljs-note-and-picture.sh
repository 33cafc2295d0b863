#!/usr/bin/env bash
# ical.js leaves a backslash before each semicolon of a note, and writes pictures that other vCard readers cannot decode.
#
# ical.js 2.2.1 keeps "\;" in NOTE as two characters; writers escape semicolons there, as RFC 6350 (3.4) allows and vCard 3
# (RFC 2426) demands. It also writes the comma of a URI as "\,", so a picture as a data: URI comes back with "base64\,"
# from readers that take a URI as it stands (vcf 2.1.2, vcard4 4.0.5), as RFC 6350 says.
#
# Why it matters: notes get backslashes that no user typed, which a sync then writes to every mailbox, and pictures that
# were read and written once are no pictures any more.
#
# Seen:
#> note in the file:  Call after 9\; ask for Anna\, not Max
#> ical.js reads:     Call after 9\; ask for Anna, not Max
#> vcard4 reads:      Call after 9; ask for Anna, not Max
#> ical.js writes:    NOTE:Call after 9\\; ask for Anna\, not Max
#> ical.js writes:    PHOTO:data:image/jpeg;base64\,/9j/4AAQSkZJRgABAQ
#> vcf reads that:    data:image/jpeg;base64\,/9j/4AAQSkZJRgABAQ
#> vcard4 reads that: data:image/jpeg;base64\,/9j/4AAQSkZJRgABAQ
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 ical.js@2.2.1 vcf@2.1.2 vcard4@4.0.5 > /dev/null
cat > trial.js <<'TRIAL'
import ICAL from 'ical.js';
import * as vcard4 from 'vcard4';
import VCard from 'vcf';

const note = 'Call after 9\\; ask for Anna\\, not Max';
const photo = 'data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ';
const card = ['BEGIN:VCARD', 'VERSION:4.0', 'FN:Anna Muster', `NOTE:${note}`, `PHOTO:${photo}`, 'END:VCARD', ''].join('\r\n');

const component = new ICAL.Component(ICAL.parse(card));
console.log('note in the file: ', note);
console.log('ical.js reads:    ', component.getFirstPropertyValue('note'));
console.log('vcard4 reads:     ', vcard4.parse(card).getProperty('NOTE')[0].value);

const written = `${component.toString()}\r\n`;
for (const line of written.split('\r\n').filter(line => /^(NOTE|PHOTO)/.test(line))) console.log('ical.js writes:   ', line);
console.log('vcf reads that:   ', new VCard().parse(written).get('photo').valueOf());
console.log('vcard4 reads that:', vcard4.parse(written).getProperty('PHOTO')[0].value);
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
