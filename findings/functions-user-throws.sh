#!/usr/bin/env bash
# request.user of Azure Functions throws for a caller that is an app: a script with a token gets 500, a person 200.
#
# @azure/functions 4.16.5: the property wants the headers X-MS-CLIENT-PRINCIPAL-ID, -IDP and -NAME beside
# X-MS-CLIENT-PRINCIPAL. App Service Authentication leaves the name out for a service principal or managed identity, which
# has none (azure-functions-nodejs-library #374). The property is a getter, so the error comes where it is read.
#
# Why it matters: an admin's console works for every person who tries it, and fails for the monitoring that calls the same
# API by app role.
#
# Seen:
#> person: anna@contoso.example
#> app:    Error: Internal error: Expected value to be neither null nor undefined: user-name
#> app, from the header itself: roles=Reader
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @azure/functions@4.16.5 > /dev/null
cat > trial.js <<'TRIAL'
import { HttpRequest } from '@azure/functions';

const claims = [{ typ: 'roles', val: 'Reader' }];
const principal = Buffer.from(JSON.stringify({ auth_typ: 'aad', claims, name_typ: 'name', role_typ: 'roles' })).toString('base64');
const app = {
  'x-ms-client-principal': principal,
  'x-ms-client-principal-id': '11111111-1111-4111-8111-111111111111',
  'x-ms-client-principal-idp': 'aad',
};
const person = { ...app, 'x-ms-client-principal-name': 'anna@contoso.example' };
const requestOf = headers => new HttpRequest({ method: 'GET', url: 'https://app.example/api/status', headers });

console.log('person:', requestOf(person).user.username);
const request = requestOf(app);
try {
  console.log('app:   ', request.user.id);
} catch (error) {
  console.log('app:   ', String(error));
}
const { claims: read } = JSON.parse(Buffer.from(request.headers.get('x-ms-client-principal'), 'base64').toString());
console.log('app, from the header itself:', read.map(({ typ, val }) => `${typ}=${val}`).join());
TRIAL
node_modules/.bin/node trial.js 2> /dev/null > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
