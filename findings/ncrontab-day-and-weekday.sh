#!/usr/bin/env bash
# In an Azure timer's schedule, day of month AND day of week must match; the JavaScript cron libraries take either.
#
# NCrontab 3.4.0 (it reads the schedules of Azure Functions timers) fires where both fields match, so "1-7 * Mon" is the
# first Monday of each month. croner 11.0.1 and cron-parser 5.10.5 follow Unix cron and fire where either one matches: on
# seven days in a row and on every Monday.
#
# Why it matters: a full reconcile on the first Monday of the month is planned with this schedule. A console that shows
# the next run by one of these libraries, or a local host that fires by one, has ten runs a month in place of one.
#
# Seen (occurrences from 1 December 2026):
#> NCrontab     0 0 3 1-7 * Mon  07.12 04.01 01.02 01.03 05.04 03.05
#> croner       0 0 3 1-7 * Mon  01.12 02.12 03.12 04.12 05.12 06.12
#> croner, both 0 0 3 1-7 * Mon  07.12 04.01 01.02 01.03 05.04 03.05
#> cron-parser  0 0 3 1-7 * Mon  01.12 02.12 03.12 04.12 05.12 06.12
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > trial.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="NCrontab" Version="3.4.0" /></ItemGroup>
</Project>
PROJECT
cat > Trial.cs <<'TRIAL'
var schedule = NCrontab.CrontabSchedule.Parse("0 0 3 1-7 * Mon", new() { IncludingSeconds = true });
var start = new DateTime(2026, 12, 1);
var days = schedule.GetNextOccurrences(start, start.AddYears(1)).Take(6).Select(time => time.ToString("dd.MM"));
Console.WriteLine($"NCrontab     0 0 3 1-7 * Mon  {string.Join(' ', days)}");
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
dotnet built/trial.dll > seen.txt

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 croner@11.0.1 cron-parser@5.10.5 > /dev/null
cat > trial.js <<'TRIAL'
import { Cron } from 'croner';
import { CronExpressionParser } from 'cron-parser';

const schedule = '0 0 3 1-7 * Mon';

function show(library, dates) {
  const days = dates.map(date => `${date.toISOString().slice(8, 10)}.${date.toISOString().slice(5, 7)}`);
  console.log(`${library.padEnd(12)} ${schedule}  ${days.join(' ')}`);
}

show('croner', new Cron(schedule, { timezone: 'UTC' }).nextRuns(6, '2026-12-01T00:00:00Z'));
show('croner, both', new Cron(schedule, { timezone: 'UTC', domAndDow: true }).nextRuns(6, '2026-12-01T00:00:00Z'));
const occurrences = CronExpressionParser.parse(schedule, { currentDate: '2026-12-01T00:00:00Z', tz: 'UTC' });
show('cron-parser', occurrences.take(6).map(date => date.toDate()));
TRIAL
node_modules/.bin/node trial.js >> seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
