#!/usr/bin/env bash
# createPipelineRequest of the Azure SDKs' HTTP pipeline forgets the agent that it is given.
#
# @azure/core-rest-pipeline 1.25.0: the options have `agent` in their type, and the request has `agent` in its own, but the
# one is not taken over to the other. Set on the request afterwards, it is used.
#
# Why it matters: an agent holds the proxy, the certificate authority of one's own and the connections that are kept. Whoever
# gives it in the options is sent past the proxy, refused by a server of the own authority, or opens a connection a request,
# and no error says that the option was not looked at.
#
# Seen:
#> in the options: undefined, used by the request: false
#> set afterwards: Agent, used by the request: true
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @azure/core-rest-pipeline@1.25.0 > /dev/null
cat > trial.js <<'TRIAL'
import { createServer, Agent } from 'node:http';
import { createDefaultHttpClient, createPipelineRequest } from '@azure/core-rest-pipeline';

const server = createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1');
await new Promise(resolve => server.once('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}/`;
const client = createDefaultHttpClient();

class WatchedAgent extends Agent {
  used = false;
  addRequest(...request) {
    this.used = true;
    super.addRequest(...request);
  }
}

async function send(request, agent) {
  await client.sendRequest(request);
  return agent.used;
}

const options = { url, allowInsecureConnection: true };
const given = new WatchedAgent();
const forgetful = createPipelineRequest({ ...options, agent: given });
console.log(`in the options: ${forgetful.agent?.constructor.name}, used by the request: ${await send(forgetful, given)}`);

const set = new WatchedAgent();
const request = createPipelineRequest(options);
request.agent = set;
console.log(`set afterwards: ${Object.getPrototypeOf(request.agent.constructor).name}, used by the request: ${await send(request, set)}`);
server.close();
server.closeAllConnections();
process.exit(0);
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
