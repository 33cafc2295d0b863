#!/usr/bin/env bash
# The vcf package turns vCards into jCards with backslashes in names, and jCards into vCards that lose categories and lines.
#
# vcf 2.1.2 (node-vcf; its README names jCard as a format of it) leaves the escapes of the file in the values, where jCard has
# none (RFC 7095, 3.1), and an ORG is one text, where jCard has a list for it (3.3). Back to a vCard it escapes nothing
# (RFC 6350, 3.4), leaves line breaks out, writes the first of several values alone, and dates in their JSON form. ical.js
# 2.2.1 does all of it as the RFCs say. Issue 36 of node-vcf is about colons in parameters; about this none was found.
#
# Why it matters: "Muster\, Anna" is shown to everybody, a firm "Muster; Sons" becomes the department Sons, two lines of a note
# become one word, and people drop out of the categories by which a sync chooses them.
#
# Seen:
#> FN:Muster\, Anna
#>   ical.js ["fn",{},"text","Muster, Anna"]
#>   vcf     ["fn",{},"text","Muster\\, Anna"]
#> ORG:Muster\; Sons;Sales
#>   ical.js ["org",{},"text",["Muster; Sons","Sales"]]
#>   vcf     ["org",{},"text","Muster\\; Sons;Sales"]
#> ["org",{},"text",["Muster; Sons","Sales"]]
#>   ical.js ORG:Muster\; Sons;Sales
#>   vcf     ORG:Muster; Sons;Sales
#> ["note",{},"text","Call\nafter 9"]
#>   ical.js NOTE:Call\nafter 9
#>   vcf     NOTE:Callafter 9
#> ["categories",{},"text","VIP","Berlin"]
#>   ical.js CATEGORIES:VIP,Berlin
#>   vcf     CATEGORIES:VIP
#> ["bday",{},"date-and-or-time","--04-15"]
#>   ical.js BDAY:--0415
#>   vcf     BDAY;VALUE=date-and-or-time:--04-15
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 vcf@2.1.2 ical.js@2.2.1 > /dev/null
cat > trial.js <<'TRIAL'
import ICAL from 'ical.js';
import VCard from 'vcf';

const version = ['version', {}, 'text', '4.0'];
const show = (given, byIcalJs, byVcf) => console.log(`${given}\n  ical.js ${byIcalJs}\n  vcf     ${byVcf}`);

for (const line of ['FN:Muster\\, Anna', 'ORG:Muster\\; Sons;Sales']) {
  const text = ['BEGIN:VCARD', 'VERSION:4.0', line, 'END:VCARD', ''].join('\r\n');
  show(line, JSON.stringify(ICAL.parse(text)[1][1]), JSON.stringify(new VCard().parse(text).toJSON()[1][1]));
}

const properties = [
  ['org', {}, 'text', ['Muster; Sons', 'Sales']],
  ['note', {}, 'text', 'Call\nafter 9'],
  ['categories', {}, 'text', 'VIP', 'Berlin'],
  ['bday', {}, 'date-and-or-time', '--04-15'],
];
for (const property of properties) {
  const given = JSON.stringify(property);
  const jcard = () => ['vcard', [version, JSON.parse(given)]];
  show(given, ICAL.stringify([...jcard(), []]).split('\r\n')[2], VCard.fromJSON(jcard()).toString('4.0').split('\r\n')[2]);
}
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
