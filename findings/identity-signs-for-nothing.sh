#!/usr/bin/env bash
# The credential for other tenants makes two signed assertions for each token it gives, even when the token is cached.
#
# @azure/identity 4.14.1: ClientAssertionCredential.getToken calls the assertion callback twice on every call, also when it
# answers from its cache without a request. Calls at the same time are not joined either: each of four asks for a token.
#
# Why it matters: the callback asks a managed identity endpoint or has Key Vault sign, which are metered and throttled. With
# getToken before each Graph request, a sync of ten thousand mailboxes signs twenty thousand times for one token an hour.
#
# Seen:
#> getToken 1: token 1, requests 1, assertions 2
#> getToken 2: token 1, requests 1, assertions 4
#> getToken 3: token 1, requests 1, assertions 6
#> four at once on a new credential: requests 4, tokens 4
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @azure/identity@4.14.1 @azure/core-rest-pipeline@1.24.0 > /dev/null
cat > trial.js <<'TRIAL'
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { ClientAssertionCredential } from '@azure/identity';

const tenant = '11111111-1111-4111-8111-111111111111';
const app = '22222222-2222-4222-8222-222222222222';
const scope = 'https://graph.microsoft.com/.default';
let requests = 0;
let assertions = 0;

/** Answers as the token endpoint does; nothing leaves this process. */
const httpClient = {
  async sendRequest(request) {
    requests += 1;
    const token = { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: String(requests) };
    const headers = createHttpHeaders({ 'content-type': 'application/json' });
    return { request, status: 200, headers, bodyAsText: JSON.stringify(token) };
  },
};

async function assertion() {
  assertions += 1;
  return 'header.payload.signature';
}

const create = () => new ClientAssertionCredential(tenant, app, assertion, { httpClient, disableInstanceDiscovery: true });
const credential = create();
for (const call of [1, 2, 3]) {
  const { token } = await credential.getToken(scope);
  console.log(`getToken ${call}: token ${token}, requests ${requests}, assertions ${assertions}`);
}

requests = 0;
const another = create();
const tokens = await Promise.all([1, 2, 3, 4].map(() => another.getToken(scope)));
console.log(`four at once on a new credential: requests ${requests}, tokens ${new Set(tokens.map(({ token }) => token)).size}`);
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
