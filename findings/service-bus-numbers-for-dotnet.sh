#!/usr/bin/env bash
# A number that JavaScript puts into a Service Bus message has another type with each value, for a reader in .NET.
#
# rhea 3.0.5 (the AMQP layer of @azure/service-bus 7.9.5) writes 5 as uint, -1 as int, 5.5 as double and 2^40 as ulong, so
# Azure.Messaging.ServiceBus 7.21.0 gives an application property of one name as four types, and a cast to any of them fails
# for the others; (int) fails for the most usual of all.
#
# Why it matters: retry counts, positions and durations travel as such properties between a JavaScript app and scripts,
# functions or monitors in .NET. They work in a test with one value and fail with the next.
#
# Seen:
#> JavaScript 5             .NET UInt32 5
#> JavaScript -1            .NET Int32 -1
#> JavaScript 5.5           .NET Double 5.5
#> JavaScript 1099511627776 .NET UInt64 1099511627776
#> .NET (int)properties["n"] of 5: InvalidCastException
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 rhea@3.0.5 > /dev/null
cat > write.js <<'TRIAL'
import rhea from 'rhea';

for (const n of [5, -1, 5.5, 2 ** 40]) console.log(n, rhea.message.encode({ application_properties: { n } }).toString('base64'));
TRIAL
cat > trial.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Azure.Messaging.ServiceBus" Version="7.21.0" /></ItemGroup>
</Project>
PROJECT
cat > Trial.cs <<'TRIAL'
using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;

var cast = "works";
var lockToken = BinaryData.FromBytes(Guid.NewGuid().ToByteArray());
foreach (var line in File.ReadLines("messages.txt").Select(line => line.Split(' ')))
{
    var received = AmqpAnnotatedMessage.FromBytes(BinaryData.FromBytes(Convert.FromBase64String(line[1])));
    var value = ServiceBusReceivedMessage.FromAmqpMessage(received, lockToken).ApplicationProperties["n"];
    Console.WriteLine(FormattableString.Invariant($"JavaScript {line[0],-13} .NET {value.GetType().Name} {value}"));
    if (line[0] != "5") continue;
    try { _ = (int)value; }
    catch (InvalidCastException) { cast = "InvalidCastException"; }
}
Console.WriteLine($".NET (int)properties[\"n\"] of 5: {cast}");
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
node_modules/.bin/node write.js > messages.txt
dotnet built/trial.dll > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
