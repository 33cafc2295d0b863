#!/usr/bin/env bash
# csv-parse counts a line break of CR and LF inside of quotation marks as two lines.
#
# csv-parse 7.0.3, without any option: the place in its errors, and "lines" of its info object ("number of lines encountered in
# the source dataset"), are too large by one for each such break. With LF alone they are right; so are line breaks between
# records.
#
# Why it matters: RFC 4180 has CRLF everywhere, and Outlook and Exchange write notes and streets of several lines so. In a list of
# 2,000 contacts with two-line streets an admin is sent to line 6,000 for a fault in line 4,000, or past the end of the file.
#
# Seen:
#> LF:   the fault of line 6 is said to be in line 6
#> CRLF: the fault of line 6 is said to be in line 8
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 csv-parse@7.0.3 > /dev/null
cat > trial.js <<'TRIAL'
import { parse } from 'csv-parse/sync';

const lines = ['Name,Street', 'Ada,"House 1', 'Lane 2"', 'Bob,"House 3', 'Lane 4"', 'Cleo'];

function placeOfFault(lineBreak) {
  try {
    parse(lines.join(lineBreak) + lineBreak);
  } catch (error) {
    return /on line (\d+)/.exec(error.message)[1];
  }
}

console.log(`LF:   the fault of line 6 is said to be in line ${placeOfFault('\n')}`);
console.log(`CRLF: the fault of line 6 is said to be in line ${placeOfFault('\r\n')}`);
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
