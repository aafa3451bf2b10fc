import zookeeper from 'node-zookeeper-client';

/**
 * What node-zookeeper-client, used as its documentation says, is told by a server: one fact a line, without ids and
 * times, so that two servers can be compared.
 */
type Call = (...args: unknown[]) => void;
type CallName = 'create' | 'mkdirp' | 'getData' | 'setData' | 'exists' | 'getChildren' | 'getACL' | 'setACL';
interface Transaction extends Record<
  'create' | 'setData' | 'check' | 'remove',
  (...args: unknown[]) => Transaction
> {
  commit: Call;
}
interface Client extends Record<CallName | 'remove', Call> {
  once(event: 'connected', listener: () => void): void;
  connect(): void;
  close(): void;
  addAuthInfo(scheme: string, auth: Buffer): void;
  transaction(): Transaction;
}
/** The package as a user sees it, not as lib/client declares the parts it builds on. */
const plain = zookeeper as unknown as {
  createClient(address: string, options: object): Client;
  CreateMode: Record<string, number>;
  ACL: Record<string, unknown>;
};

function connected(address: string): Promise<Client> {
  return new Promise((resolve) => {
    const client = plain.createClient(address, { sessionTimeout: 10_000 });
    client.once('connected', () => resolve(client));
    client.connect();
  });
}

/** The callback's error name, or what `show` makes of its results. */
function fact(
  label: string,
  call: (done: (error: unknown, ...results: unknown[]) => void) => void,
): Promise<string> {
  return new Promise((resolve) => {
    call((error: unknown, ...results: unknown[]) => {
      if (error === null || error === undefined) resolve(`${label}: ${results.map(text).join(', ')}`);
      else
        resolve(
          `${label}: ${(error as { name?: string }).name ?? 'error'} ${String((error as { code?: number }).code)}`,
        );
    });
  });
}

function text(value: unknown): string {
  if (Buffer.isBuffer(value)) return JSON.stringify(value.toString());
  if (Array.isArray(value)) return `[${value.map(text).sort().join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const stat = value as Record<string, unknown>;
  if ('version' in stat && 'cversion' in stat) {
    return `stat(${['version', 'cversion', 'aversion', 'dataLength', 'numChildren'].map((key) => String(stat[key])).join(' ')})`;
  }
  return JSON.stringify(value, (key, inner: unknown) => (key === 'stat' ? 'stat' : inner));
}

async function nodeFacts(client: Client): Promise<string[]> {
  const { CreateMode, ACL } = plain;
  return [
    await fact('create', (done) => client.create('/nc', Buffer.from('one'), done)),
    await fact('again', (done) => client.create('/nc', Buffer.from('one'), done)),
    await fact('ephemeral', (done) => client.create('/nc/e', Buffer.from('x'), CreateMode.EPHEMERAL, done)),
    await fact('sequence', (done) => client.create('/nc/s-', CreateMode.PERSISTENT_SEQUENTIAL, done)),
    await fact('mkdirp', (done) => client.mkdirp('/nc/a/b/c', done)),
    await fact('get', (done) => client.getData('/nc', done)),
    await fact('set', (done) => client.setData('/nc', Buffer.from('two'), 0, done)),
    await fact('bad version', (done) => client.setData('/nc', Buffer.from('two'), 7, done)),
    await fact('exists', (done) => client.exists('/nc', done)),
    await fact('exists not', (done) => client.exists('/none', done)),
    await fact('no node', (done) => client.getData('/none', done)),
    await fact('children', (done) => client.getChildren('/nc', done)),
    await fact('acl', (done) => client.getACL('/nc', done)),
    await fact('set acl', (done) => client.setACL('/nc', ACL.OPEN_ACL_UNSAFE, 0, done)),
    await fact('not empty', (done) => client.remove('/nc', done)),
    await fact('below an ephemeral', (done) => client.create('/nc/e/x', done)),
  ];
}

async function transactionFacts(client: Client): Promise<string[]> {
  const good = client.transaction();
  good
    .create('/nc/t', Buffer.from('t'))
    .setData('/nc/t', Buffer.from('u'), 0)
    .check('/nc/t', 1)
    .remove('/nc/t', 1);
  const bad = client.transaction();
  bad.create('/nc/t').check('/nc', 99).create('/nc/u');
  return [
    await fact('transaction', (done) =>
      good.commit((error: unknown, results: unknown[]) => done(error, results.length)),
    ),
    await fact('rolled back', (done) => bad.commit(done)),
  ];
}

async function watchFacts(client: Client, writer: Client): Promise<string[]> {
  const seen: string[] = [];
  const note = (event: { getName(): string; getPath(): string }) =>
    seen.push(`event ${event.getName()} ${event.getPath()}`);
  await fact('watch', (done) => client.exists('/nc/w', note, done));
  await fact('create', (done) => writer.create('/nc/w', done));
  await fact('watch', (done) => client.getData('/nc/w', note, done));
  await fact('watch', (done) => client.getChildren('/nc/w', note, done));
  await fact('set', (done) => writer.setData('/nc/w', Buffer.from('x'), done));
  await fact('create', (done) => writer.create('/nc/w/kid', done));
  await fact('delete', (done) => writer.remove('/nc/w/kid', done));
  // A read on the watching connection: every event that came before it has been delivered by its answer.
  await fact('read', (done) => client.getData('/nc/w', done));
  return seen;
}

export async function nodeClientFacts(address: string): Promise<string[]> {
  const [client, writer] = await Promise.all([connected(address), connected(address)]);
  try {
    const facts = [
      ...(await nodeFacts(client)),
      ...(await transactionFacts(client)),
      ...(await watchFacts(client, writer)),
    ];
    writer.addAuthInfo('digest', Buffer.from('ann:pw'));
    facts.push(
      await fact('remove', (done) => writer.remove('/nc/a/b/c', -1, done)),
      await fact('gone', (done) => client.exists('/nc/a/b/c', done)),
    );
    return facts;
  } finally {
    client.close();
    writer.close();
  }
}
