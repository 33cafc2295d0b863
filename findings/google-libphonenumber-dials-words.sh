#!/usr/bin/env bash
# Words beside a phone number are dialled by google-libphonenumber, and the longer number counts as valid.
#
# google-libphonenumber 3.2.47 takes three or more letters behind a number for a vanity number and turns each into its
# key, so the German "App. 12" (extension 12) or the word "Fax" become digits. German numbers vary in length, so the
# result is still "valid". libphonenumber-js 1.13.16 drops the word instead, or refuses the text. Vanity numbers divide
# them the other way round: libphonenumber-js ends at the first letter and gives a number of three digits.
#
# Why it matters: phone fields of contacts are free text. A sync that writes numbers as E.164 wherever the library says
# "valid" gives every phone a wrong number for these people, and nothing shows it.
#
# Seen:
#> 030 23125 012 Fax         google +493023125012329 valid  js +493023125012 valid
#> 030 23125 012 App. 4      google +4930231250122774 valid  js undefined
#> 030 23125 012 (Anna)      google +4930231250122662 valid  js +493023125012 valid
#> 030 23125 012 DW 4        google +4930231250124 valid  js undefined
#> 1-800-FLOWERS             google +18003569377 valid  js +11800 invalid
#> 0800 KONTAKT              google +498005668258 valid  js +490800 invalid
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 google-libphonenumber@3.2.47 libphonenumber-js@1.13.16 > /dev/null
cat > trial.js <<'TRIAL'
import google from 'google-libphonenumber';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

const numbers = google.PhoneNumberUtil.getInstance();

function byGoogle(text, region) {
  const number = numbers.parse(text, region);
  return `${numbers.format(number, google.PhoneNumberFormat.E164)} ${numbers.isValidNumber(number) ? 'valid' : 'invalid'}`;
}

function byLibphonenumberJs(text, region) {
  const number = parsePhoneNumberFromString(text, region);
  return number && `${number.number} ${number.isValid() ? 'valid' : 'invalid'}`;
}

const texts = ['030 23125 012 Fax', '030 23125 012 App. 4', '030 23125 012 (Anna)', '030 23125 012 DW 4', '1-800-FLOWERS', '0800 KONTAKT'];
for (const text of texts) {
  const region = text.startsWith('1') ? 'US' : 'DE';
  console.log(`${text.padEnd(25)} google ${byGoogle(text, region)}  js ${byLibphonenumberJs(text, region)}`);
}
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
