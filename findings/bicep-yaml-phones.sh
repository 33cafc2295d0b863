#!/usr/bin/env bash
# Bicep's loadYamlContent makes numbers of phones and staff numbers, and null of people called Null.
#
# Bicep 0.49.2: +49301234567 loses its plus, 0301234567 and 007 their zeros, and the surname Null is no value. Hexadecimal, 1_000
# and 12e5 (a room, a cost centre) are computed. NO and on are left as texts, unlike elsewhere with YAML. Quotes help.
#
# Why it matters: lists, exceptions and fixed contacts of a deployment are kept in YAML beside main.bicep. The compiler and
# the deployment find nothing wrong, since numbers are valid there, and phones do not ring.
#
# Seen:
#> phone: +4930231250      -> 4930231250
#> local: 030231250        -> 30231250
#> staffNumber: 007        -> 7
#> surname: Null           -> null
#> room: 12e5              -> [json('1200000')]
#> region: NO              -> "NO"
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > packages.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="Azure.Bicep.CommandLine.linux-x64" Version="0.49.2" ExcludeAssets="all" /></ItemGroup>
</Project>
PROJECT
dotnet restore --packages packages --verbosity quiet > restore.log || { cat restore.log; exit 1; }
bicep=packages/azure.bicep.commandline.linux-x64/0.49.2/tools/bicep
chmod +x "$bicep"

cat > contact.yaml <<'YAML'
phone: +4930231250
local: 030231250
staffNumber: 007
surname: Null
room: 12e5
region: NO
YAML
echo "output contact object = loadYamlContent('contact.yaml')" > trial.bicep
"$bicep" build trial.bicep --stdout > trial.json
/usr/bin/python3 - > seen.txt <<'TRIAL'
import json

contact = json.load(open('trial.json'))['variables']['$fxv#0']
for line in open('contact.yaml').read().splitlines():
    value = contact[line.split(':')[0]]
    shown = value if str(value).startswith('[json') else json.dumps(value)
    print(f'{line:23} -> {shown}')
TRIAL

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
