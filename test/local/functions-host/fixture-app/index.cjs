/** A small app for the host's tests. It reports through its log, which the tests read. */
const { setTimeout: wait } = require('node:timers/promises');
const { app } = require('@azure/functions');

const report = (context, event) => context.log(JSON.stringify({ ...event, process: process.pid }));

app.http('echo', {
  route: 'lists/{list}/mailboxes/{mailbox?}',
  methods: ['GET', 'POST'],
  authLevel: 'function',
  handler: async request => ({
    status: 201,
    headers: { 'x-list': request.params.list },
    jsonBody: {
      method: request.method,
      url: request.url,
      parameters: request.params,
      query: Object.fromEntries(request.query),
      header: request.headers.get('x-test'),
      body: request.method === 'POST' ? await request.json() : null,
    },
  }),
});

app.http('health', {
  authLevel: 'anonymous',
  handler: async () => ({
    body: 'ok',
    cookies: [{ name: 'seen', value: 'a b', path: '/', httpOnly: true, sameSite: 'Lax', maxAge: 60 }],
  }),
});

app.http('files', {
  route: 'files/{id:int}/{*path}',
  methods: ['PUT'],
  authLevel: 'anonymous',
  handler: async request => ({
    headers: { 'content-type': 'application/octet-stream', 'x-path': request.params.path ?? '' },
    body: request.body,
  }),
});

app.http('headers', {
  authLevel: 'anonymous',
  handler: async request => ({ jsonBody: Object.fromEntries(request.headers) }),
});

app.http('fails', {
  authLevel: 'anonymous',
  handler: async () => {
    throw new TypeError('broken on purpose', { cause: new Error('the reason') });
  },
});

app.http('nothing', { authLevel: 'anonymous', handler: async () => undefined });

app.http('setting', { authLevel: 'anonymous', handler: async () => ({ body: process.env.FIXTURE_VALUE }) });

app.http('slow', {
  authLevel: 'anonymous',
  handler: async (_request, context) => {
    report(context, { event: 'slowStarted' });
    await wait(1_200);
    return { body: 'finished' };
  },
});

app.timer('tick', {
  schedule: '%TICK_SCHEDULE%',
  handler: async (timer, context) => report(context, { event: 'tick', timer }),
});

let running = 0;

app.serviceBusQueue('work', {
  connection: 'FixtureBus',
  queueName: '%WORK_QUEUE%',
  handler: async (message, context) => {
    running += 1;
    report(context, { event: 'started', message, running, metadata: context.triggerMetadata });
    try {
      if (message.milliseconds) await wait(message.milliseconds);
      if (message.fails) throw new Error('refused on purpose');
      report(context, { event: 'finished', message });
    } finally {
      running -= 1;
    }
  },
});

app.serviceBusQueue('deadLetters', {
  connection: 'FixtureBus',
  queueName: '%WORK_QUEUE%/$deadletterqueue',
  handler: async (message, context) =>
    report(context, { event: 'deadLettered', message, metadata: context.triggerMetadata }),
});

app.hook.appTerminate(async () => {
  if (process.env.FIXTURE_FAREWELL) console.log(process.env.FIXTURE_FAREWELL);
});
