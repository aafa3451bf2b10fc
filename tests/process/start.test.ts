import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MetricsResponse } from '@/lib/api/metrics';
import type { OverviewResponse } from '@/lib/api/overview';
import { type Child, runToEnd, startChild } from '../support/child';
import { fourLetter } from '../support/four-letter';
import { root } from '../support/member';
import { ensemblePorts, freePort, freePorts } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';
import { Writer } from '../support/writer';

/** `npm start` as people run it: its addresses, its end, its one-line refusals, and what its HTTP server lets through. */

const startFile = path.join(root, 'lib/launch/start.mjs');
const env = { NODE_ENV: undefined, VITEST: undefined, NODE_OPTIONS: undefined, ZOODECK_SAMPLE_SECONDS: '2' };
const running: Child[] = [];
let home: string;

beforeAll(async () => {
  home = await tempDir('start');
  const build = spawnSync(process.execPath, [path.join(root, 'lib/launch/build.mjs')], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(`the build failed:\n${build.stdout}${build.stderr}`);
}, 300_000);
afterEach(async () => {
  for (const child of running.splice(0)) await child.stop(20_000);
});
afterAll(() => removeDir(home));

function start(args: readonly string[], more: Record<string, string> = {}): Child {
  const child = startChild(process.execPath, [startFile, ...args], { cwd: root, env: { ...env, ...more } });
  running.push(child);
  return child;
}

async function untilServing(child: Child): Promise<void> {
  await until('the console serves', () => {
    if (!child.running()) throw new Error(child.output());
    return child.output().includes('Press Ctrl-C to stop.') ? true : undefined;
  });
}

interface Started {
  readonly child: Child;
  readonly url: string;
  readonly port: number;
  readonly serverPort: number;
  readonly data: string;
}

async function startAll(data: string, args: readonly string[] = []): Promise<Started> {
  const [port, serverPort] = (await freePorts(2)) as [number, number];
  const own = ['--single', '--port', String(port), '--server-port', String(serverPort), '--data', data];
  const child = start([...own, ...args]);
  await untilServing(child);
  return { child, url: `http://127.0.0.1:${port}`, port, serverPort, data };
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  return (await response.json()) as T;
}

/** Ends as a start that must not happen ends: one line, exit code 1, and soon. */
async function refusal(args: readonly string[], more: Record<string, string> = {}): Promise<string> {
  const child = start(args, more);
  expect(await child.exited).toBe(1);
  return child.output().trim();
}

function isListening(port: number): Promise<boolean> {
  return fourLetter(port, 'ruok', 1_000).then(
    () => true,
    () => false,
  );
}

describe('from start to stop', () => {
  test('prints both addresses, serves both, and a signal ends both with exit code 0', async () => {
    const started = await startAll(path.join(home, 'one'));
    expect(started.child.output()).toContain(`Console:           ${started.url}\n`);
    expect(started.child.output()).toContain(`ZooKeeper server:  127.0.0.1:${started.serverPort} `);
    expect(await get(`${started.url}/api/health`)).toMatchObject({
      version: '0.1.0',
      databases: { answers: true },
    });
    const { members } = await get<OverviewResponse>(`${started.url}/api/clusters/local/overview`);
    expect(members).toMatchObject([{ role: 'standalone', up: true, source: 'mntr', product: 'zoodeck' }]);
    process.kill(started.child.pid, 'SIGINT');
    expect(await started.child.exited).toBe(0);
    expect(await isListening(started.serverPort)).toBe(false);
    await expect(fetch(started.url)).rejects.toThrow();
  });

  test('a closed terminal ends both too; a doubled Ctrl-C, as npm makes it, is one', async () => {
    const started = await startAll(path.join(home, 'hangup'));
    process.kill(started.child.pid, 'SIGHUP');
    process.kill(started.child.pid, 'SIGINT');
    expect(await started.child.exited).toBe(0);
    expect(await isListening(started.serverPort)).toBe(false);
  });

  test('open event streams and connections do not hold up the end', async () => {
    const started = await startAll(path.join(home, 'streams'));
    const stream = await fetch(`${started.url}/api/clusters/local/events`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.headers.get('content-encoding')).toBeNull();
    expect(await started.child.stop(20_000)).toBe(0);
    await stream.body?.cancel().catch(() => undefined);
  });

  test('a launcher that is killed leaves no server behind', async () => {
    const started = await startAll(path.join(home, 'killed'));
    await started.child.kill();
    await until('the server is gone', async () =>
      (await isListening(started.serverPort)) ? undefined : true,
    );
    // What the kill left locked or lying about does not keep the next start from its data.
    const again = await startAll(path.join(home, 'killed'));
    expect(await get(`${again.url}/api/health`)).toMatchObject({ databases: { answers: true } });
  });

  test('samples, events and the zoo.cfg an operator edited outlive a restart', async () => {
    const data = path.join(home, 'kept');
    const first = await startAll(data);
    const metricsUrl = (started: Started) => `${started.url}/api/clusters/local/metrics?range=5m`;
    await until('a sample', async () =>
      (await get<MetricsResponse>(metricsUrl(first))).oldest === null ? undefined : true,
    );
    const { oldest } = await get<MetricsResponse>(metricsUrl(first));
    await first.child.stop(20_000);
    const zooCfg = path.join(data, 'server/zoo.cfg');
    await writeFile(zooCfg, `${await readFile(zooCfg, 'utf8')}snapCount=5000\n`);
    const second = await startAll(data);
    expect((await get<MetricsResponse>(metricsUrl(second))).oldest).toBe(oldest);
    expect(await readFile(zooCfg, 'utf8')).toContain(`snapCount=5000\n`);
    expect(await readFile(zooCfg, 'utf8')).toContain(`clientPort=${second.serverPort}\n`);
  });

  test('the bundled server that dies is told of and started again', async () => {
    const started = await startAll(path.join(home, 'dies'));
    const { pid } = started.child;
    const [serverPid] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ');
    process.kill(Number(serverPid), 'SIGKILL');
    await until('it is told', () =>
      started.child.output().includes('The bundled server stopped (signal SIGKILL)') ? true : undefined,
    );
    await until('it serves again', async () => ((await isListening(started.serverPort)) ? true : undefined));
  });
});

describe('the ensemble', () => {
  /** As `startAll`, without `--single`. */
  async function startEnsemble(data: string, serverPort: number): Promise<Started> {
    const port = await freePort();
    const args = ['--port', String(port), '--server-port', String(serverPort), '--data', data];
    const child = start(args);
    await untilServing(child);
    return { child, url: `http://127.0.0.1:${port}`, port, serverPort, data };
  }
  const addresses = (serverPort: number) => [0, 1, 2, 3].map((index) => `127.0.0.1:${serverPort + index}`);

  test("takes over a single server's data, serves with four members, and a signal ends them all", async () => {
    const data = path.join(home, 'upgraded');
    const single = await startAll(data);
    await new Writer(single.serverPort).create('/before', 'kept');
    expect(await single.child.stop(20_000)).toBe(0);
    const serverPort = await ensemblePorts();
    const started = await startEnsemble(data, serverPort);
    expect(started.child.output()).toContain(
      `ZooKeeper servers: ${addresses(serverPort).join(',')}  (data in ${data})`,
    );
    for (const [index, address] of addresses(serverPort).entries()) {
      expect(started.child.output()).toContain(`zk${index + 1} serves on ${address} as `);
      expect(await new Writer(serverPort + index).data('/before')).toMatchObject({ text: 'kept' });
    }
    const { members, quorum } = await get<OverviewResponse>(`${started.url}/api/clusters/local/overview`);
    expect(members.map(({ role }) => role).sort()).toEqual(['follower', 'follower', 'leader', 'observer']);
    expect(quorum).toMatchObject({ mode: 'ensemble', voters: 3, votersUp: 3, canLose: 1, observersUp: 1 });
    process.kill(started.child.pid, 'SIGINT');
    expect(await started.child.exited).toBe(0);
    for (const index of [0, 1, 2, 3]) expect(await isListening(serverPort + index)).toBe(false);
    expect(await refusal(['--single', '--port', String(started.port), '--data', data])).toContain(
      "holds an ensemble's data",
    );
    const again = await startEnsemble(data, serverPort);
    expect(await new Writer(serverPort + 2).data('/before')).toMatchObject({ text: 'kept' });
    expect(again.child.output()).not.toContain("is now the ensemble's");
  });

  test('zkServer stops a member of it, which is then left alone, and starts it again from the same zoo.cfg', async () => {
    const serverPort = await ensemblePorts();
    const started = await startEnsemble(path.join(home, 'handed'), serverPort);
    const zkServer = (command: string) =>
      runToEnd(path.join(root, 'server/bin/zkServer'), [command, path.join(started.data, 'zk2', 'zoo.cfg')]);
    expect(await zkServer('stop')).toContain('STOPPED');
    await until('it is told', () =>
      started.child.output().includes('Member zk2 was stopped by somebody else') ? true : undefined,
    );
    expect(await zkServer('start')).toContain('STARTED');
    try {
      await until('it follows', async () =>
        /^Mode: (follower|leader)$/m.test(await fourLetter(serverPort + 1, 'srvr')) ? true : undefined,
      );
      expect(await started.child.stop(20_000)).toBe(0);
      expect(await isListening(serverPort + 1)).toBe(true);
    } finally {
      await zkServer('stop');
    }
  });

  test('a launcher that is killed leaves none of its members behind', async () => {
    const serverPort = await ensemblePorts();
    const started = await startEnsemble(path.join(home, 'orphans'), serverPort);
    await started.child.kill();
    await until('all are gone', async () => {
      const left = await Promise.all([0, 1, 2, 3].map((index) => isListening(serverPort + index)));
      return left.includes(true) ? undefined : true;
    });
  });
});

describe('reasons not to start are one line each, with exit code 1', () => {
  test('a taken port, of the console and of the server', async () => {
    const holder = createServer();
    const [taken, free] = (await freePorts(2)) as [number, number];
    await new Promise<void>((resolve) => holder.listen(taken, '127.0.0.1', resolve));
    const data = ['--single', '--data', path.join(home, 'ports')];
    const consolePort = await refusal([...data, '--port', String(taken), '--server-port', String(free)]);
    expect(consolePort).toMatch(
      /^Port \d+ on 127\.0\.0\.1 is taken by another program\. Choose another .* --port \d+$/,
    );
    const serverPort = await refusal([...data, '--port', String(free), '--server-port', String(taken)]);
    expect(serverPort).toMatch(
      /^Port .* npm start -- --connect 127\.0\.0\.1:\d+\. .* npm start -- --single --server-port \d+$/,
    );
    await new Promise((resolve) => holder.close(resolve));
  });

  test('a data folder in use', async () => {
    const started = await startAll(path.join(home, 'used'));
    const [port, serverPort] = (await freePorts(2)) as [number, number];
    const said = await refusal([
      '--single',
      '--data',
      started.data,
      '--port',
      String(port),
      '--server-port',
      String(serverPort),
    ]);
    expect(said).toBe(
      `The data folder ${started.data} is in use by another Zoodeck (process ${started.child.pid}). ` +
        'Stop that one, or choose another folder with --data.',
    );
  });

  test('faulty options and a faulty file, a line a fault', async () => {
    const file = path.join(home, 'faulty.yaml');
    await writeFile(file, 'port: 70000\nclusters:\n  - { id: a, connect: "zk1:x" }\n');
    const lines = (await refusal(['--config', file])).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe(`${file}: port: must be at most 65535 (it is 70000)`);
    expect(await refusal(['--config', `${file}.gone`])).toBe(
      `The configuration file ${file}.gone cannot be read (ENOENT).`,
    );
    expect(await refusal(['--port', 'many'])).toBe('--port: must be a whole number (it is "many")');
  });

  test('a folder that holds no packages yet says what to run', async () => {
    const bare = path.join(home, 'bare');
    await mkdir(path.join(bare, 'lib/launch'), { recursive: true });
    for (const name of ['start.mjs', 'build.mjs', 'node-version.mjs']) {
      await writeFile(
        path.join(bare, 'lib/launch', name),
        await readFile(path.join(root, 'lib/launch', name)),
      );
    }
    const child = startChild(process.execPath, [path.join(bare, 'lib/launch/start.mjs')], { cwd: bare, env });
    expect(await child.exited).toBe(1);
    expect(child.output().trim()).toBe(
      `The packages Zoodeck needs are not installed. Run \`npm ci\` in ${bare} first.`,
    );
  });
});

describe('what the HTTP server lets through', () => {
  let started: Started;
  let child: Child;

  beforeAll(async () => {
    const [port, memberPort] = (await freePorts(2)) as [number, number];
    const file = path.join(home, 'clusters.yaml');
    const secretFile = path.join(home, 'secret');
    await writeFile(secretFile, 'app:hunter2\n');
    await chmod(secretFile, 0o600);
    const auth = `[{ scheme: digest, secretFile: ${secretFile} }]`;
    await writeFile(
      file,
      `clusters:\n  - { id: locked, connect: "127.0.0.1:${memberPort}", readOnly: true, auth: ${auth} }\n`,
    );
    const data = path.join(home, 'guard');
    const args = ['--config', file, '--port', String(port), '--data', data];
    child = startChild(process.execPath, [startFile, ...args], { cwd: root, env });
    await untilServing(child);
    started = { child, url: `http://127.0.0.1:${port}`, port, serverPort: memberPort, data };
  });
  afterAll(() => child.stop(20_000));

  /** fetch sets Host itself; a browser that was rebound would send the attacker's name. */
  function statusWithHost(host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: started.port, path: '/api/clusters', headers: { host } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sent.on('error', reject).end();
    });
  }

  test('each page has a policy with a nonce of its own, and all its scripts carry it', async () => {
    const pages = await Promise.all(
      ['/', '/c/locked/overview', '/nope', '/'].map((page) =>
        fetch(`${started.url}${page}`, { redirect: 'manual' }),
      ),
    );
    const nonces = await Promise.all(
      pages.map(async (page) => {
        const nonce = /script-src 'self' 'nonce-([^']+)' 'strict-dynamic'/.exec(
          page.headers.get('content-security-policy') ?? '',
        )?.[1];
        expect(nonce).toBeDefined();
        const scripts = (await page.text()).match(/<script\b[^>]*>/g) ?? [];
        expect(scripts.every((tag) => tag.includes(`nonce="${nonce}"`))).toBe(true);
        if (page.status === 200) expect(scripts.length).toBeGreaterThan(0);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  test('a policy sent by the client is not taken for the server’s', async () => {
    const policy = "script-src 'nonce-attacker'";
    const page = await fetch(`${started.url}/c/locked/overview`, {
      headers: { 'content-security-policy': policy },
    });
    expect(await page.text()).not.toContain('attacker');
  });

  test('only its own host names are answered', async () => {
    expect(await statusWithHost(`localhost:${started.port}`)).toBe(200);
    expect(await statusWithHost('evil.example')).toBe(421);
    expect(await statusWithHost(`evil.example:${started.port}`)).toBe(421);
  });

  test('pages and replies are compressed and carry the fixed headers', async () => {
    const page = await fetch(`${started.url}/c/locked/overview`, { headers: { 'accept-encoding': 'gzip' } });
    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('x-powered-by')).toBeNull();
  });

  test('a change from another origin, and one on a read-only cluster, are refused on the server', async () => {
    const member = `127.0.0.1:${started.serverPort}`;
    const post = async (origin: string) => {
      const response = await fetch(`${started.url}/api/clusters/locked/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ member, word: 'srst' }),
      });
      const body = (await response.json()) as { error: { code: string } };
      return [response.status, body.error.code];
    };
    expect(await post('http://evil.example')).toEqual([403, 'BAD_ORIGIN']);
    expect(await post(started.url)).toEqual([403, 'READ_ONLY_CLUSTER']);
  });

  test('a member that is away does not keep the overview from saying why', async () => {
    const { members } = await get<OverviewResponse>(`${started.url}/api/clusters/locked/overview`);
    expect(members[0]).toMatchObject({ up: false, role: 'down' });
    expect(members[0]?.fault).toContain('refuses connections');
  });

  test('the secret is in no reply, no output and no argument of a process', async () => {
    const replies = await Promise.all(
      ['/api/clusters', '/api/clusters/locked/overview', '/c/locked/overview'].map(async (url) =>
        (await fetch(`${started.url}${url}`)).text(),
      ),
    );
    expect(replies[0]).toContain('digest');
    const processes = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
    expect([...replies, child.output(), processes].join()).not.toContain('hunter2');
  });
});

test('the zoodeck script does the same', async () => {
  const script = spawn(path.join(root, 'server/bin/zoodeck'), ['--version'], { cwd: home });
  let said = '';
  script.stdout.on('data', (text) => (said += text));
  expect(await new Promise((resolve) => script.once('exit', resolve))).toBe(0);
  expect(said.trim()).toBe('0.1.0');
});
