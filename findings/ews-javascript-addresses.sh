#!/usr/bin/env bash
# A postal address that is changed or replaced with ews-javascript-api stays as it was in Exchange, and Update() succeeds.
#
# ews-javascript-api 0.15.3 is the port of Microsoft's EWS Managed API, whose samples "should work with little modificaion"
# (README). A street that is set in an address that was read is no change to it: Update() sends no request, or one with the
# other changes alone. An address that is put in place of another is not taken over, also not by the contact at hand; alone
# it makes a request without changes, which Exchange's schema refuses. The Managed API tracks both. Phones are
# replaced as one expects, and a second address is added. Issue 123, about contacts' dictionaries, is closed as mended.
#
# Why it matters: people and firms move, and each move is lost for good, since the client believes that it was written.
#
# Seen (a contact with a business address, read anew each time):
#> street set in the address:           no request, the contact at hand says "Neue Str. 2"
#> city cleared in the address:         no request, the contact at hand says null
#> street set, and a new mobile phone:  MobilePhone
#> address replaced, and a new phone:   MobilePhone, the contact at hand says "Hauptstr. 1"
#> a private address added:             PhysicalAddress:Street, PhysicalAddress:City
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 ews-javascript-api@0.15.3 > /dev/null
cat > trial.cjs <<'TRIAL'
const { once } = require('node:events');
const { createServer } = require('node:http');
const ews = require('ews-javascript-api');

const namespaces = 'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';
const address = '<t:Entry Key="Business"><t:Street>Hauptstr. 1</t:Street><t:City>Berlin</t:City></t:Entry>';
const bodies = {
  GetItem: `<t:Contact><t:ItemId Id="c" ChangeKey="1"/><t:PhoneNumbers><t:Entry Key="MobilePhone">0170</t:Entry></t:PhoneNumbers><t:PhysicalAddresses>${address}</t:PhysicalAddresses></t:Contact>`,
  UpdateItem: '<t:Contact><t:ItemId Id="c" ChangeKey="2"/></t:Contact>',
};
let update;
const exchange = createServer(async (request, response) => {
  const sent = (await request.toArray()).join('');
  const operation = /<m:(\w+)/.exec(sent)[1];
  if (operation === 'UpdateItem') update = sent;
  const items = `<m:ResponseCode>NoError</m:ResponseCode><m:Items>${bodies[operation]}</m:Items><m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>`;
  response.setHeader('content-type', 'text/xml');
  response.end(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body ${namespaces}><m:${operation}Response><m:ResponseMessages>
    <m:${operation}ResponseMessage ResponseClass="Success">${items}</m:${operation}ResponseMessage></m:ResponseMessages></m:${operation}Response></s:Body></s:Envelope>`);
});

async function afterChange(name, changes, inMemory) {
  const contact = await ews.Contact.Bind(service, new ews.ItemId('c'));
  update = undefined;
  for (const change of changes) change(contact.PhysicalAddresses, contact.PhoneNumbers);
  await contact.Update(ews.ConflictResolutionMode.AlwaysOverwrite);
  const fields = update && [...update.matchAll(/FieldURI="contacts:([\w:]+)" FieldIndex="(\w+)"/g)].map(([, field, key]) => (field === 'PhoneNumber' ? key : field));
  const sent = fields?.join(', ') ?? 'no request';
  const atHand = inMemory ? `, the contact at hand says ${JSON.stringify(inMemory(contact.PhysicalAddresses._getItem(Business)))}` : '';
  console.log(`${`${name}:`.padEnd(36)} ${sent}${atHand}`);
}

function addressOf(street, city) {
  return Object.assign(new ews.PhysicalAddressEntry(), { Street: street, City: city });
}

const { Business, Home } = ews.PhysicalAddressKey;
const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013);
async function run() {
  await once(exchange.listen(0, '127.0.0.1'), 'listening');
  service.Url = new ews.Uri(`http://127.0.0.1:${exchange.address().port}/EWS/Exchange.asmx`);
  service.Credentials = new ews.WebCredentials('anna', 'x');
  const setStreet = (addresses) => { addresses._getItem(Business).Street = 'Neue Str. 2'; };
  const clearCity = (addresses) => { addresses._getItem(Business).City = null; };
  const replace = (addresses) => addresses._setItem(Business, addressOf('Neue Str. 2', 'Bonn'));
  const add = (addresses) => addresses._setItem(Home, addressOf('Waldweg 3', 'Bonn'));
  const setMobile = (_, phones) => phones._setItem(ews.PhoneNumberKey.MobilePhone, '0171');
  await afterChange('street set in the address', [setStreet], (entry) => entry.Street);
  await afterChange('city cleared in the address', [clearCity], (entry) => entry.City);
  await afterChange('street set, and a new mobile phone', [setStreet, setMobile]);
  await afterChange('address replaced, and a new phone', [replace, setMobile], (entry) => entry.Street);
  await afterChange('a private address added', [add]);
  process.exit();
}
run();
TRIAL
node_modules/.bin/node trial.cjs > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
