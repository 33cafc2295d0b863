#!/usr/bin/env bash
# A digest of @noble/hashes in hexadecimal takes ten times the memory of its 64 digits, for as long as it is kept.
#
# @noble/hashes 2.4.0: bytesToHex adds digit to digit with "+=" where Node has no Uint8Array.toHex (Node 24). V8 makes such a
# text of its steps, each an object of its own, and keeps them; a Map that has the text as a key leaves it so, too. Joined
# digits, or the digest of node:crypto, are one flat text.
#
# Why it matters: the usual key of a row that may not show an address is a hash of it. A list of 20,000 kept 17 MB of steps,
# more than its contacts, in a process that is billed by its memory; a heap snapshot names them "concatenated string".
#
# Seen:
#> @noble/hashes bytesToHex: more than 500 bytes a digest
#> the same, as keys of a Map: more than 500 bytes a digest
#> digits joined: less than 120 bytes a digest
#> node:crypto: less than 120 bytes a digest
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @noble/hashes@2.4.0 > /dev/null
cat > trial.js <<'TRIAL'
import { createHash } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const digests = 20_000;
const names = Array.from({ length: digests }, (_, index) => `person${index}@contoso.example`);
const kept = [];

function measure(what, keep) {
  gc();
  const before = process.memoryUsage().heapUsed;
  kept.push(keep());
  gc();
  const bytes = (process.memoryUsage().heapUsed - before) / digests;
  const size = bytes > 500 ? 'more than 500' : bytes < 120 ? 'less than 120' : `about ${Math.round(bytes)}`;
  console.log(`${what}: ${size} bytes a digest`);
}

const digest = name => sha256(utf8ToBytes(name));
const joined = name => Array.from(digest(name), byte => byte.toString(16).padStart(2, '0')).join('');
// Whatever is made once is made now.
for (const name of names.slice(0, 500)) [bytesToHex(digest(name)), joined(name), createHash('sha256').update(name).digest('hex')];

measure('@noble/hashes bytesToHex', () => names.map(name => bytesToHex(digest(name))));
measure('the same, as keys of a Map', () => new Map(names.map(name => [bytesToHex(digest(name)), true])));
measure('digits joined', () => names.map(joined));
measure('node:crypto', () => names.map(name => createHash('sha256').update(name).digest('hex')));
TRIAL
node_modules/.bin/node --expose-gc trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
