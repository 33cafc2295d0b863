#!/usr/bin/env bash
# One Liquid template takes the house for the city, or nothing for a name, depending on the engine that runs it.
#
# Liquid 5.4.0 (Ruby, Debian 12: the language's own implementation) keeps the empty parts of a text that `split` cuts, so the
# components of a vCard's N and ADR stay where they are. Fluid 2.41.1 and DotLiquid 2.3.260 (its engine runs in Azure Logic
# Apps and API Management) leave empty parts out, and all behind them moves up. liquidjs 10.30.1 keeps them, and keeps
# one between two blanks as well, where Ruby splits at any run of blanks. The index -1 is empty in Fluid, the last part
# elsewhere. DotLiquid knows of the first (issue 593, planned); nothing was found about the others.
#
# Why it matters: templates for contacts are written against one engine and run in another (a workflow, a portal, a sync). They
# render without an error, and it is the people without a second name, or with a blank too many, who are mixed up.
#
# Seen (address ";;Hauptstr. 1;Berlin;;10115;Germany", N "Muster;Anna;;Dr.;", name "Anna  Maria Muster"):
#> {% assign part = address | split: ";" %}{{ part[5] }} {{ part[3] }}
#>   Ruby "10115 Berlin"  liquidjs "10115 Berlin"  Fluid " Germany"  DotLiquid " Germany"
#> {% assign part = n | split: ";" %}{{ part[3] }} {{ part[1] }}, second name {{ part[2] }}
#>   Ruby "Dr. Anna, second name "  liquidjs "Dr. Anna, second name "  Fluid " Anna, second name Dr."  DotLiquid " Anna, second name Dr."
#> {% assign part = name | split: " " %}{{ part[1] }} {{ part[2] }}
#>   Ruby "Maria Muster"  liquidjs " Maria"  Fluid "Maria Muster"  DotLiquid "Maria Muster"
#> {% assign part = name | split: " " %}{{ part[-1] }}
#>   Ruby "Muster"  liquidjs "Muster"  Fluid ""  DotLiquid "Muster"
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > templates <<'TEMPLATES'
{% assign part = address | split: ";" %}{{ part[5] }} {{ part[3] }}
{% assign part = n | split: ";" %}{{ part[3] }} {{ part[1] }}, second name {{ part[2] }}
{% assign part = name | split: " " %}{{ part[1] }} {{ part[2] }}
{% assign part = name | split: " " %}{{ part[-1] }}
TEMPLATES
echo '{"address":";;Hauptstr. 1;Berlin;;10115;Germany","n":"Muster;Anna;;Dr.;","name":"Anna  Maria Muster"}' > contact.json

packages=$(apt-get install --simulate --no-install-recommends ruby3.1 ruby-liquid=5.4.0-3 | awk '/^Inst/ {print $2}')
[ -z "$packages" ] || apt-get download $packages > apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do [ ! -e "$package" ] || dpkg-deb --extract "$package" debian; done
ruby=debian/usr/lib/ruby native=debian/usr/lib/x86_64-linux-gnu
LD_LIBRARY_PATH=$native RUBYLIB=$ruby/3.1.0:$native/ruby/3.1.0:$ruby/vendor_ruby:debian/usr/share/rubygems-integration/all/gems/liquid-5.4.0/lib \
  debian/usr/bin/ruby3.1 --disable-gems -Ku -rjson -rliquid -e '
    contact = JSON.parse(File.read("contact.json"))
    File.readlines("templates", chomp: true).each { |text| puts Liquid::Template.parse(text).render(contact) }' > ruby.txt

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 liquidjs@10.30.1 > /dev/null
cat > trial.js <<'TRIAL'
import { readFileSync } from 'node:fs';
import { Liquid } from 'liquidjs';

const contact = JSON.parse(readFileSync('contact.json', 'utf8'));
for (const text of readFileSync('templates', 'utf8').trimEnd().split('\n')) console.log(new Liquid().parseAndRenderSync(text, contact));
TRIAL
node_modules/.bin/node trial.js > liquidjs.txt

cat > trial.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Fluid.Core" Version="2.41.1" /><PackageReference Include="DotLiquid" Version="2.3.260" /></ItemGroup>
</Project>
PROJECT
cat > Trial.cs <<'TRIAL'
using System.Text.Json;
using DotLiquid;
using Fluid;

var contact = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText("contact.json"))!;
var context = new TemplateContext();
foreach (var (key, value) in contact) context.SetValue(key, value);
var texts = File.ReadAllLines("templates");
File.WriteAllLines("fluid.txt", texts.Select(text => new FluidParser().Parse(text).Render(context)));
File.WriteAllLines("dotliquid.txt", texts.Select(text => Template.Parse(text).Render(Hash.FromDictionary(contact.ToDictionary(pair => pair.Key, pair => (object)pair.Value)))));
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
dotnet built/trial.dll

paste -d '\t' templates ruby.txt liquidjs.txt fluid.txt dotliquid.txt |
  awk -F '\t' '{ printf "%s\n  Ruby \"%s\"  liquidjs \"%s\"  Fluid \"%s\"  DotLiquid \"%s\"\n", $1, $2, $3, $4, $5 }' > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
