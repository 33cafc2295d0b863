#!/usr/bin/env bash
# The date filter of Liquid swaps day and month of German birthdays up to the twelfth, and gives the rest back untouched.
#
# liquidjs 10.30.1 hands a text to JavaScript's Date: 05.02.1985 is read as 2 May, 28.02.1985 is no date there and is returned
# as it came, which looks right. A birthday without a year (--0415, vCard 4 and Google) is in the year 415, a year alone is
# a day in 1970, and 1984-02-29 is 28 February west of Greenwich.
#
# Why it matters: with the filter in a template of a field, a look at a few contacts shows nothing wrong, and more than
# a third of the people have a wrong birthday. The output is a valid date, so no check behind it finds it.
#
# Seen, {{ birthday | date: "%Y-%m-%d" }} in time zone Europe/Berlin, and in America/New_York:
#> 28.02.1985  28.02.1985  28.02.1985
#> 05.02.1985  1985-05-02  1985-05-02
#> 1984-02-29  1984-02-29  1984-02-28
#> --0415      0415-01-01  0415-01-01
#> 1985        1970-01-01  1969-12-31
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 liquidjs@10.30.1 > /dev/null
cat > trial.js <<'TRIAL'
import { Liquid } from 'liquidjs';

const liquid = new Liquid();
for (const birthday of ['28.02.1985', '05.02.1985', '1984-02-29', '--0415', '1985']) {
  console.log(await liquid.parseAndRender('{{ birthday | date: "%Y-%m-%d" }}', { birthday }));
}
TRIAL
TZ=Europe/Berlin node_modules/.bin/node trial.js > berlin.txt
TZ=America/New_York node_modules/.bin/node trial.js > new-york.txt
printf '%s\n' 28.02.1985 05.02.1985 1984-02-29 --0415 1985 | paste -d' ' - berlin.txt new-york.txt |
  awk '{ printf "%-10s  %s  %s\n", $1, $2, $3 }' > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
