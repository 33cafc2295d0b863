import {
  fixtureApp,
  fixtureSettings,
  type HostProcess,
  spawnHost,
  spawnHostBelowShell,
  toEvents,
  until,
  writeApp,
} from './testing.ts';

const hosts: HostProcess[] = [];

function start(...parameters: Parameters<typeof spawnHost>): HostProcess {
  const host = spawnHost(...parameters);
  hosts.push(host);
  return host;
}

afterEach(async () => {
  for (const { child, exited } of hosts.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});

test('is ready with its URL on stdout, and what the app prints is elsewhere', async () => {
  const host = start(writeApp(readyApp), {});
  const { ready, url } = await host.ready;
  expect(ready).toBe(true);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${url}/api/answer`)).text()).toBe('yes');
  expect(host.lines).toContain('printed by the app');
});

test.each(['SIGTERM', 'SIGINT'] as const)('finishes the request that runs on %s, then exits with 0', async signal => {
  const host = start(fixtureApp, { ...fixtureSettings, FIXTURE_FAREWELL: 'fixture terminated' });
  const { url } = await host.ready;
  const answer = fetch(`${url}/api/slow`).then(response => response.text());
  await until(
    () => toEvents(host.messages, 'slowStarted').length === 1,
    () => host.lines,
  );
  host.child.kill(signal);
  expect(await answer).toBe('finished');
  expect(await host.exited).toBe(0);
  expect(host.lines).toContain('fixture terminated');
  await expect(fetch(`${url}/api/health`)).rejects.toThrow();
});

test('a second signal ends it at once', async () => {
  const host = start(fixtureApp, fixtureSettings);
  const { url } = await host.ready;
  const answer = fetch(`${url}/api/slow`);
  answer.catch(() => {});
  await until(
    () => toEvents(host.messages, 'slowStarted').length === 1,
    () => host.lines,
  );
  const repeat = setInterval(() => host.child.kill('SIGTERM'), 100);
  expect(await host.exited).toBe(1);
  clearInterval(repeat);
  await expect(answer).rejects.toThrow();
});

test('stops when npm, which passes no signal on, has ended', async () => {
  const host = spawnHostBelowShell(fixtureApp, { ...fixtureSettings, FIXTURE_FAREWELL: 'fixture terminated' });
  hosts.push(host);
  const { url } = await host.ready;
  host.child.kill('SIGTERM');
  await host.exited;
  expect(host.lines).toContain('fixture terminated');
  await expect(fetch(`${url}/api/health`)).rejects.toThrow();
});

test('--quiet logs warnings and errors only', async () => {
  const host = start(fixtureApp, fixtureSettings, '--quiet');
  const { url } = await host.ready;
  await fetch(`${url}/api/health`);
  await fetch(`${url}/api/fails`);
  await until(
    () => host.lines.includes('[error] fails: Failed: TypeError: broken on purpose (cause: the reason)'),
    () => host.lines,
  );
  expect(host.lines.filter(line => line.startsWith('[information]'))).toEqual([]);
});

describe('a start that cannot succeed exits with 1 and says why', () => {
  async function failedStart(...parameters: Parameters<typeof spawnHost>): Promise<string> {
    const host = start(...parameters);
    expect(await host.exited).toBe(1);
    await expect(host.ready).rejects.toThrow();
    return host.lines.join('\n');
  }

  test('an app whose settings are faulty: its message, once and without a stack', async () => {
    const app = writeApp(`
      setInterval(() => {}, 1000);
      throw Object.assign(new Error('TABLES_CONNECTION is missing\\nSYNC_SCHEDULE is malformed'), { name: 'SettingsError' });
    `);
    expect(await failedStart(app, {})).toBe('SettingsError: TABLES_CONNECTION is missing\nSYNC_SCHEDULE is malformed');
  });

  test('an app with a fault in its code: where it is', async () => {
    const output = await failedStart(writeApp('undefined.property;'), {});
    expect(output).toContain('TypeError: Cannot read properties of undefined');
    expect(output).toContain('index.js:1');
  });

  test('an app that registers nothing', async () => {
    expect(await failedStart(writeApp(''), {})).toContain('No functions found');
  });

  test('an app that is not built', async () => {
    expect(await failedStart(`${fixtureApp}-missing`, {})).toContain('npm run build');
  });

  test('a setting that a trigger names and nobody set', async () => {
    const { TICK_SCHEDULE: _, ...settings } = fixtureSettings;
    expect(await failedStart(fixtureApp, settings)).toContain('%TICK_SCHEDULE%');
  });

  test('a connection that nobody set', async () => {
    const { FixtureBus: _, ...settings } = fixtureSettings;
    expect(await failedStart(fixtureApp, settings)).toContain('There is no app setting FixtureBus');
  });

  test('no function key for routes that ask for one', async () => {
    const { LOCAL_FUNCTION_KEY: _, ...settings } = fixtureSettings;
    expect(await failedStart(fixtureApp, settings)).toContain('LOCAL_FUNCTION_KEY');
  });

  test('a binding that it does not serve', async () => {
    const app = writeApp(`
      const { app, output } = require(${JSON.stringify(require.resolve('@azure/functions'))});
      app.timer('report', {
        schedule: '0 0 * * * *',
        return: output.storageQueue({ queueName: 'reports', connection: 'Storage' }),
        handler: () => {},
      });
    `);
    expect(await failedStart(app, {})).toContain('cannot run the function report: the binding $return of type queue');
  });

  test('an option that does not exist', async () => {
    expect(await failedStart(fixtureApp, fixtureSettings, '--prot', '1')).toContain(
      'npm run host -- [--settings FILE]',
    );
  });
});

const readyApp = `
  console.log('printed by the app');
  const { app } = require(${JSON.stringify(require.resolve('@azure/functions'))});
  app.http('answer', { handler: () => ({ body: 'yes' }) });
`;
