#!/usr/bin/env bash
# Photos and GUIDs do not survive the LDIF library for Node, and two people get one GUID.
#
# ldif 0.5.1 takes each base64 value for UTF-8 text. In LDIF it stands for any bytes that are no plain text (RFC 2849, the
# rules value-spec and BASE64-STRING): a photo, a GUID. Bytes that are no UTF-8 become U+FFFD in toObject(), with
# { decode: false } too, and in what toLDIF() writes. Its README promises "Parsed records stored internally intact" and
# "Outputs exactly compatilble LDIF for any parsed record". No issue about it was found.
#
# Why it matters: exports of Active Directory name people by objectGUID and carry thumbnailPhoto. GUIDs that differ in a high
# byte are one key, so two people share a contact, and each photo is broken after the file was read and written once.
#
# Seen (in hexadecimal):
#> thumbnailPhoto       ffd8ffe000104a464946
#>   written            efbfbdefbfbdefbfbdefbfbd00104a464946
#> objectGUID of Anna   0001020304050607407809000b0c0d80
#>   written            0001020304050607407809000b0c0defbfbd
#> objectGUID of Max    0001020304050607407809000b0c0dff
#>   written            0001020304050607407809000b0c0defbfbd
#> toObject(): one GUID, toObject({ decode: false }): one GUID
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 ldif@0.5.1 > /dev/null
cat > trial.js <<'TRIAL'
import ldif from 'ldif';

const values = [
  ['thumbnailPhoto', 'ffd8ffe000104a464946'],
  ['objectGUID of Anna', '0001020304050607407809000b0c0d80'],
  ['objectGUID of Max', '0001020304050607407809000b0c0dff'],
];
const [photo, anna, max] = values.map(([, hex]) => Buffer.from(hex, 'hex').toString('base64'));
const file = ldif.parse(`version: 1
dn: cn=Anna Muster,dc=contoso,dc=example
cn: Anna Muster
thumbnailPhoto:: ${photo}
objectGUID:: ${anna}

dn: cn=Max Muster,dc=contoso,dc=example
cn: Max Muster
objectGUID:: ${max}
`);

const written = [...file.toLDIF().matchAll(/^(?:thumbnailPhoto|objectGUID):: (.*)$/gm)].map(([, value]) => Buffer.from(value, 'base64').toString('hex'));
for (const [index, [name, hex]] of values.entries()) console.log(`${name.padEnd(20)} ${hex}\n${'  written'.padEnd(20)} ${written[index]}`);

function guids(options) {
  const distinct = new Set(file.entries.map((entry) => String(entry.toObject(options).attributes.objectGUID)));
  return distinct.size === 1 ? 'one GUID' : `${distinct.size} GUIDs`;
}
console.log(`toObject(): ${guids({})}, toObject({ decode: false }): ${guids({ decode: false })}`);
TRIAL
node_modules/.bin/node --no-deprecation trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
