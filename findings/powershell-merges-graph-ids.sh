#!/usr/bin/env bash
# PowerShell takes two contacts for one when their Graph ids differ in nothing but the case of a letter.
#
# PowerShell 7.6.9: Sort-Object -Unique, Group-Object, Compare-Object, the keys of @{} and -eq compare without case; Graph's
# ids are base64, so ids of one folder can differ in the case of one letter. Select-Object -Unique alone keeps both.
# ConvertTo-Csv takes its columns from the first object, so a field that the first contact lacks is gone for all, and a
# list of phones is the text System.Object[].
#
# Why it matters: migrations, exports and checks of such a sync are written in PowerShell. A comparison of source and target
# says "the same" with a contact missing, and a csv made for another system has no phones.
#
# Seen:
#> ids: AAMkADc= AAMkADC=
#> Sort-Object -Unique: AAMkADc=
#> Group-Object: 1 group
#> Compare-Object: 0 differences
#> @{}: 1 key
#> Select-Object -Unique: AAMkADc= AAMkADC=
#> ConvertTo-Csv: "Name","Phones" "Anna","System.Object[]" "Max",
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

dotnet tool install PowerShell --version 7.6.9 --tool-path tools > install.log || { cat install.log; exit 1; }
cat > trial.ps1 <<'TRIAL'
$ids = 'AAMkADc=', 'AAMkADC='
"ids: $ids"
"Sort-Object -Unique: $($ids | Sort-Object -Unique)"
"Group-Object: $(@($ids | Group-Object).Count) group"
"Compare-Object: $(@(Compare-Object $ids[0] $ids[1]).Count) differences"
$contacts = @{}
foreach ($id in $ids) { $contacts[$id] = $true }
"@{}: $($contacts.Count) key"
"Select-Object -Unique: $($ids | Select-Object -Unique)"
$people = @(
    [pscustomobject]@{ Name = 'Anna'; Phones = @('1', '2') }
    [pscustomobject]@{ Name = 'Max'; Mobile = '3' }
)
"ConvertTo-Csv: $($people | ConvertTo-Csv)"
TRIAL
DOTNET_ROOT=$(dirname "$(realpath "$(command -v dotnet)")") tools/pwsh -NoProfile -NonInteractive -File trial.ps1 > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
