#!/usr/bin/env bash
# A contact that Microsoft.Graph for .NET has read is sent as {} when it is created elsewhere.
#
# Microsoft.Graph 6.10.0 keeps a backing store in each object and sends only what was changed since it was read: also in a
# POST, where nothing is there yet, and in objects inside (an address taken over from one contact to another is {}).
# Of a list it notices what is added or removed: a phone that is replaced in place is not sent, nor is a changed
# extension property.
#
# Why it matters: "read here, create there" is what a contact sync does. The copies are empty contacts, their addresses are
# cleared, and changes are lost without an error.
#
# Seen:
#> POST the contact that was read:             {}
#> POST a new one with its address:            {"@odata.type":"#microsoft.graph.contact","displayName":"Anna","homeAddress":{}}
#> PATCH after replacing a phone in its list:  {}
#> PATCH after adding a phone to its list:     {"businessPhones":["1","2"]}
#> PATCH after changing an extension property: {}
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
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions.Authentication;

var mailbox = new Mailbox();
var graph = new GraphServiceClient(new HttpClient(mailbox), new AnonymousAuthenticationProvider());
var contacts = graph.Users["anna"].Contacts;
var contact = contacts["c"];

await contacts.PostAsync(await contact.GetAsync());
Console.WriteLine($"POST the contact that was read:             {mailbox.Sent}");

var source = await contact.GetAsync();
await contacts.PostAsync(new Contact { DisplayName = source!.DisplayName, HomeAddress = source.HomeAddress });
Console.WriteLine($"POST a new one with its address:            {mailbox.Sent}");

await Change("replacing a phone in its list: ", read => read.BusinessPhones![0] = "3");
await Change("adding a phone to its list:    ", read => read.BusinessPhones!.Add("2"));
await Change("changing an extension property:", read => read.AdditionalData["extension_note"] = "new");

async Task Change(string what, Action<Contact> change)
{
    var read = await contact.GetAsync();
    change(read!);
    await contact.PatchAsync(read!);
    Console.WriteLine($"PATCH after {what} {mailbox.Sent}");
}

/// <summary>Answers each request with one contact, and keeps what was sent.</summary>
sealed class Mailbox : HttpMessageHandler
{
    private const string Contact = """
        {"id":"c","displayName":"Anna","businessPhones":["1"],"homeAddress":{"street":"Hauptstr. 1","city":"Berlin"},"extension_note":"old"}
        """;

    public string Sent { get; private set; } = "";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        Sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellation);
        return new() { Content = new StringContent(Contact, Encoding.UTF8, "application/json") };
    }
}
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
dotnet built/trial.dll > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
