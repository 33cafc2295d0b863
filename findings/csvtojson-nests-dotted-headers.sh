#!/usr/bin/env bash
# csvtojson turns a column whose header has a dot into a nested object.
#
# csvtojson 2.0.14, without any option: "Tel. privat" becomes { Tel: { " privat": ... } } and all columns that begin with
# "Tel." are gathered in one object. csv-parse 7.0.3 and papaparse 5.7.1 keep the headers as they are.
#
# Why it matters: lists from German, Dutch or Scandinavian HR systems abbreviate ("Tel. privat", "Str. geschäftlich",
# "Pers.Nr."). A lookup by header finds nothing, and each contact loses its phones and street without an error. With the
# key column it is everybody: all keys are undefined.
#
# Seen:
#> csvtojson {"Pers":{"Nr":"17"},"Name":"Muster","Tel":{" privat":"030 1"," mobil":"0170 2"}}
#> csv-parse {"Pers.Nr":"17","Name":"Muster","Tel. privat":"030 1","Tel. mobil":"0170 2"}
#> papaparse {"Pers.Nr":"17","Name":"Muster","Tel. privat":"030 1","Tel. mobil":"0170 2"}
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 csvtojson@2.0.14 csv-parse@7.0.3 papaparse@5.7.1 > /dev/null
cat > trial.js <<'TRIAL'
import { parse } from 'csv-parse/sync';
import csvtojson from 'csvtojson';
import papaparse from 'papaparse';

const list = 'Pers.Nr,Name,Tel. privat,Tel. mobil\r\n17,Muster,030 1,0170 2\r\n';
console.log('csvtojson', JSON.stringify((await csvtojson().fromString(list))[0]));
console.log('csv-parse', JSON.stringify(parse(list, { columns: true })[0]));
console.log('papaparse', JSON.stringify(papaparse.parse(list, { header: true }).data[0]));
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
