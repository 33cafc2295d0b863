#!/usr/bin/env bash
# "Sat-Sun" in an Azure timer's schedule is every day, and "Mon-Sun" is Sunday and Monday.
#
# NCrontab 3.4.0 reads the schedule of an Azure Functions timer (NCRONTAB: six fields). Sunday is 0 and nothing else,
# and a range whose start lies above its end is turned round in silence: 6-0 becomes 0-6, 1-0 becomes 0-1, 22-6 becomes
# 6-22. croner 11.0.1 takes Sunday at the end of a range for 7 and refuses the other turned ranges; cronstrue 3.39.0
# describes them all as a person reads them.
#
# Why it matters: "sync at weekends" and "sync at night" are natural schedules. A check or a description of the schedule
# by one of the usual JavaScript libraries passes, and Azure then syncs at other times.
#
# Seen (occurrences from Tuesday, 1 December 2026):
#> NCrontab  0 0 9 * * Sat-Sun  Tue Wed Thu Fri Sat Sun Mon
#> NCrontab  0 0 9 * * Mon-Sun  Sun Mon Sun Mon Sun Mon Sun
#> NCrontab  0 0 9 * * Fri-Mon  Tue Wed Thu Fri Mon Tue Wed
#> NCrontab  0 0 22-6 * * *  06h 07h 08h 09h 10h 11h 12h
#> croner    0 0 9 * * Sat-Sun  Sat Sun Sat Sun Sat Sun Sat
#> croner    0 0 9 * * Mon-Sun  Tue Wed Thu Fri Sat Sun Mon
#> croner    0 0 9 * * Fri-Mon  refused
#> croner    0 0 22-6 * * *  refused
#> cronstrue 0 0 9 * * Sat-Sun  At 09:00 AM, Saturday through Sunday
#> cronstrue 0 0 9 * * Mon-Sun  At 09:00 AM, Monday through Sunday
#> cronstrue 0 0 9 * * Fri-Mon  At 09:00 AM, Friday through Monday
#> cronstrue 0 0 22-6 * * *  Every hour, between 10:00 PM and 06:00 AM
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
using System.Globalization;
using NCrontab;

var start = new DateTime(2026, 12, 1);
foreach (var schedule in new[] { "0 0 9 * * Sat-Sun", "0 0 9 * * Mon-Sun", "0 0 9 * * Fri-Mon", "0 0 22-6 * * *" })
{
    var parsed = CrontabSchedule.Parse(schedule, new() { IncludingSeconds = true });
    var format = schedule.EndsWith('*') ? "HH'h'" : "ddd";
    var times = parsed.GetNextOccurrences(start, start.AddDays(60)).Take(7).Select(time => time.ToString(format, CultureInfo.InvariantCulture));
    Console.WriteLine($"NCrontab  {schedule}  {string.Join(' ', times)}");
}
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
dotnet built/trial.dll > seen.txt

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 croner@11.0.1 cronstrue@3.39.0 > /dev/null
cat > trial.js <<'TRIAL'
import { Cron } from 'croner';
import cronstrue from 'cronstrue';

const schedules = ['0 0 9 * * Sat-Sun', '0 0 9 * * Mon-Sun', '0 0 9 * * Fri-Mon', '0 0 22-6 * * *'];

function weekdays(schedule) {
  try {
    return new Cron(schedule, { timezone: 'UTC' }).nextRuns(7, '2026-12-01T00:00:00Z').map(run => run.toUTCString().slice(0, 3)).join(' ');
  } catch {
    return 'refused';
  }
}

for (const schedule of schedules) console.log(`croner    ${schedule}  ${weekdays(schedule)}`);
for (const schedule of schedules) console.log(`cronstrue ${schedule}  ${cronstrue.toString(schedule)}`);
TRIAL
node_modules/.bin/node trial.js >> seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
