#!/usr/bin/env bash
# Microsoft.Graph for .NET makes dates and GUIDs of texts in extension properties, and writes them back otherwise.
#
# Microsoft.Graph 6.10.0 (Microsoft.Kiota.Serialization.Json): a property that the model does not know is guessed by its
# form. The text 2024-05-01 becomes a DateTime, is written as 2024-05-01T00:00:00+00:00 elsewhere, a time with an offset
# loses the offset, and a GUID in capitals comes back in small letters. With the model's own string properties nothing
# of this happens.
#
# Why it matters: directory extensions hold employee ids, cost centres and dates as texts, and rules ("visible where
# extension_x equals ...") and fingerprints compare them. Copied by this client they differ from the source for ever.
#
# Seen (time zone UTC):
#> "2024-05-01"                           DateTime  "2024-05-01T00:00:00+00:00"
#> "2024-05-01T10:00:00+05:00"            DateTime  "2024-05-01T05:00:00+00:00"
#> "0F0E0D0C-0000-4000-8000-00000000ABCD" Guid      "0f0e0d0c-0000-4000-8000-00000000abcd"
#> "20240501"                             String    "20240501"
#> "00123"                                String    "00123"
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > trial.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.Graph" Version="6.10.0" /></ItemGroup>
</Project>
PROJECT
cat > Trial.cs <<'TRIAL'
using System.Text;
using System.Text.Json;
using Microsoft.Graph.Models;
using Microsoft.Kiota.Serialization.Json;

foreach (var text in new[] { "2024-05-01", "2024-05-01T10:00:00+05:00", "0F0E0D0C-0000-4000-8000-00000000ABCD", "20240501", "00123" })
{
    var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"extension_x":"{{text}}"}"""));
    var node = await new JsonParseNodeFactory().GetRootParseNodeAsync("application/json", json);
    var user = node.GetObjectValue(User.CreateFromDiscriminatorValue)!;

    using var writer = new JsonSerializationWriter();
    writer.WriteObjectValue(null, user);
    var written = JsonDocument.Parse(writer.GetSerializedContent()).RootElement.GetProperty("extension_x").GetRawText();
    var type = user.AdditionalData["extension_x"].GetType().Name;
    Console.WriteLine($"{'"' + text + '"',-38} {type,-9} {written}");
}
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
TZ=UTC dotnet built/trial.dll > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
