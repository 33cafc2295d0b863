#!/usr/bin/env bash
# libphonenumber-js understands a tel: URI with phone-context only every second time it is asked.
#
# libphonenumber-js 1.13.16 parses the same valid URI (RFC 3966) alternately into the number and into undefined: a regular
# expression with the flag g keeps its position between calls.
#
# Why it matters: vCard 4, LDAP and SIP sources write phones as tel: URIs. Which half of the contacts lose their number
# depends on their order, so two runs over unchanged data differ, and every run has something to write.
#
# Seen:
#> tel:23125-012;phone-context=+4930  +493023125012 undefined +493023125012 undefined
#> tel:+49-30-23125-012               +493023125012 +493023125012 +493023125012 +493023125012
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 libphonenumber-js@1.13.16 > /dev/null
cat > trial.js <<'TRIAL'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

for (const uri of ['tel:23125-012;phone-context=+4930', 'tel:+49-30-23125-012']) {
  const numbers = [1, 2, 3, 4].map(() => parsePhoneNumberFromString(uri)?.number);
  console.log(`${uri.padEnd(34)} ${numbers.map(String).join(' ')}`);
}
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
