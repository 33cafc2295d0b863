#!/usr/bin/env bash
# A Date that @azure/service-bus sends as an application property comes back as a number, and a Guid as an object.
#
# @azure/service-bus 7.9.5: a Date goes out as an AMQP timestamp, and its own receiver gives the milliseconds. A Guid, which
# every .NET sender can set, is an object with the keys "0" to "15"; as message id, where AMQP allows one, it is a Buffer.
# A Date in the body becomes a text. The broker is rhea 3.0.5, which gives back the properties as it got them.
#
# Why it matters: "not before" and "asked at" ride as properties. properties.notBefore.getTime() throws for each message, and
# a run id that is used as a key is "[object Object]" for all runs.
#
# Seen:
#> sent:     notBefore Date 2026-11-28T10:00:00.000Z
#> broker:   notBefore Date 2026-11-28T10:00:00.000Z
#> received: notBefore number 1795860000000
#> received: run object {"0":15,"1":14,"2":13,"3":12,"4":0,"5":0,"6":64,"7":0,"8":128,"9":0,"10":0,"11":0,"12":0,"13":0,"14":171,"15":205}
#> received: message id Buffer of 16 bytes
#> received: date in the body string 2026-11-28T10:00:00.000Z
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 @azure/service-bus@7.9.5 rhea@3.0.5 > /dev/null
cat > trial.js <<'TRIAL'
import { ServiceBusClient } from '@azure/service-bus';
import rhea from 'rhea';

const guid = rhea.types.wrap_uuid(Buffer.from('0f0e0d0c00004000800000000000abcd', 'hex'));

/** A broker of one queue: it answers what the client asks of $cbs, and gives each message back with a Guid in it. */
const broker = rhea.create_container();
const senders = new Map();
const sent = Promise.withResolvers();
broker.on('sender_open', ({ sender }) => {
  const { address } = sender.remote.attach.source;
  sender.set_source({ address });
  senders.set(address, sender);
  if (address === 'queue') sent.promise.then(message => sender.send(message, Buffer.alloc(16, 1)));
});
broker.on('receiver_open', ({ receiver }) => receiver.set_target({ address: receiver.remote.attach.target.address }));
broker.on('message', ({ message, receiver }) => {
  if (receiver.remote.attach.target.address === '$cbs') {
    const accepted = { 'status-code': rhea.types.wrap_int(202), 'status-description': 'Accepted' };
    senders.get('$cbs').send({ correlation_id: message.message_id, application_properties: accepted, body: '' });
    return;
  }
  const { notBefore } = message.application_properties;
  console.log('broker:   notBefore', describe(notBefore));
  sent.resolve({ ...message, message_id: guid, application_properties: { notBefore, run: guid } });
});
const server = broker.listen({ port: 0, host: '127.0.0.1' });
await new Promise(resolve => server.on('listening', resolve));

function describe(value) {
  if (value instanceof Date) return `Date ${value.toISOString()}`;
  if (Buffer.isBuffer(value)) return `Buffer of ${value.length} bytes`;
  return `${typeof value} ${typeof value === 'object' ? JSON.stringify(value) : value}`;
}

const endpoint = `sb://127.0.0.1:${server.address().port}`;
const client = new ServiceBusClient(`Endpoint=${endpoint};SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true`);
const notBefore = new Date('2026-11-28T10:00:00Z');
console.log('sent:     notBefore', describe(notBefore));
await client.createSender('queue').sendMessages({ body: { date: notBefore }, applicationProperties: { notBefore } });
const [received] = await client.createReceiver('queue', { receiveMode: 'receiveAndDelete' }).receiveMessages(1);
console.log('received: notBefore', describe(received.applicationProperties.notBefore));
console.log('received: run', describe(received.applicationProperties.run));
console.log('received: message id', describe(received.messageId));
console.log('received: date in the body', describe(received.body.date));
await client.close();
server.close();
TRIAL
timeout 60 node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
