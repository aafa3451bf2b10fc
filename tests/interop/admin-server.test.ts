import http from 'node:http';
import { expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { parseJsonExactly } from '@/lib/services/probes/json';
import { MixedEnsemble, type EnsembleMember } from '../support/ensemble-members';
import { memberKinds, startMember, type MemberKind } from '../support/member';
import { freePorts } from '../support/ports';
import { until } from '../support/wait';

/**
 * The AdminServers of Apache 3.8.0 and of ours, asked every command after the same writes: of a server that stands alone,
 * of a leader, a follower and an observer, and of members that lost their quorum. Fields, their order, the types of values,
 * and values where the two have no reason to differ.
 */

/** Every name and alias; what changes something comes last. */
const commands = [
  'configuration conf config connections cons dirs dump environment env envi get_trace_mask gtmk hash',
  'initial_configuration icfg is_read_only isro last_snapshot lsnp leader lead monitor mntr observers obsr ruok',
  'server_stats srvr stats stat system_properties sysp voting_view watches wchc watches_by_path wchp watch_summary',
  'wchs zabstate set_trace_mask stmk?traceMask=9007199254740993 stmk?traceMask=x nonsense connection_stat_reset crst',
  'observer_connection_stat_reset orst stat_reset srst',
]
  .join(' ')
  .split(' ');

/** Answers that are the same to the byte, once ports, folders and ids are taken out. */
const same = new Set(
  [
    'configuration is_read_only leader ruok voting_view watches watches_by_path watch_summary zabstate set_trace_mask',
    'stmk?traceMask=9007199254740993 stmk?traceMask=x nonsense connection_stat_reset observer_connection_stat_reset',
    'stat_reset get_trace_mask',
  ]
    .join(' ')
    .split(' '),
);

/** What a member said, by command, with what differs between two starts of one server taken out. */
type Answers = ReadonlyMap<string, { readonly status: number; readonly type: string; readonly text: string }>;

async function askAll(member: EnsembleMember, adminPort: number): Promise<Answers> {
  const answers = new Map<string, { status: number; type: string; text: string }>();
  for (const command of commands) {
    const response = await fetch(`http://127.0.0.1:${adminPort}/commands/${command}`);
    const { status, headers } = response;
    const text = (await response.text())
      .replaceAll(member.dataDir, 'DATA')
      // Session ids, and ports.
      .replace(/\b\d{17,19}\b/g, (id) => (id === '9007199254740993' ? id : 'SESSION'))
      .replace(/(?<![.\d])\d{5}(?![.\d])/g, 'PORT');
    answers.set(command, { status, type: headers.get('content-type') ?? '', text });
  }
  return answers;
}

type Shape = string | readonly Shape[];

/** Jackson takes the order of these fields from reflection and hash tables; it differs between Apache's own starts. */
const unordered = new Set(['server_stats', 'monitor']);

/** Names and types, in order: `double` for what Java writes with a fraction. Of a list, its first item's. */
function shapeOf(value: unknown, name: string): Shape {
  if (Array.isArray(value)) return ['list', ...value.slice(0, 1).map((item) => shapeOf(item, ''))];
  if (value === null) return 'null';
  if (typeof value === 'string' && value.startsWith('double ')) return 'double';
  if (typeof value !== 'object') return typeof value;
  const fields = Object.entries(value).map(([field, inner]): Shape => [field, shapeOf(inner, field)]);
  return unordered.has(name) ? fields.sort() : fields;
}

function parsed(text: string): Record<string, unknown> {
  const marked = text
    .replace(/ : (-?\d+\.\d+(?:E-?\d+)?)(?=,?\n)/g, ' : "double $1"')
    .replace(/(?<=[ [])(SESSION|PORT)(?=[ ,\n])/g, '0');
  return parseJsonExactly(marked) as Record<string, unknown>;
}

/** Fields of Java's virtual machine, and of what it is given on the command line. */
const isJavas = (name: string): boolean =>
  /^(java|jdk|sun|jetty|native|file\.encoding|user\.(language|timezone)|user\.country)/.test(name);

function comparable(text: string): Record<string, unknown> {
  const fields = parsed(text);
  // Apache's members answer null, its server alone the text; ours always the text.
  if (fields.initial_configuration === null) fields.initial_configuration = '';
  for (const name of Object.keys(fields)) {
    if (fields.command === 'system_properties' && isJavas(name)) delete fields[name];
    // How often an acknowledgement is timed is each server's own affair; a member of Apache's counts what it writes to
    // /zookeeper/config by itself.
    if (fields.command === 'monitor' && /_ack_latency$|_zookeeper_write_per_namespace$/.test(name))
      delete fields[name];
  }
  const expiries = fields.expiry_time_to_session_ids as Record<string, unknown[]> | undefined;
  // Moments are each server's own, and Apache keeps those at which nothing expires.
  if (expiries !== undefined) fields.expiry_time_to_session_ids = Object.values(expiries).flat();
  return fields;
}

function compare(apache: Answers, ours: Answers): void {
  for (const command of apache.keys()) {
    const [theirs, own] = [apache.get(command)!, ours.get(command)!];
    expect([own.status, own.type], command).toEqual([theirs.status, theirs.type]);
    if (same.has(command)) expect(own.text, command).toBe(theirs.text);
    const name = command === 'monitor' || command === 'mntr' ? 'monitor' : '';
    const [theirFields, ownFields] = [theirs, own].map(({ text }) => comparable(text));
    expect(shapeOf(ownFields, name), command).toEqual(shapeOf(theirFields, name));
  }
}

const equalMetrics = ['server_state', 'peer_state', 'znode_count', 'watch_count', 'ephemerals_count'].concat(
  ['approximate_data_size', 'global_sessions', 'quorum_size', 'learners', 'synced_followers'],
  ['synced_observers', 'synced_non_voting_followers', 'pending_syncs', 'observer_master_id'],
  ['proposal_count', 'commit_count', 'learner_proposal_received_count', 'learner_commit_received_count'],
  ['revalidate_count', 'connection_request_count', 'connection_rejected', 'connection_revalidate_count'],
  ['cnt_connection_token_deficit', 'stale_sessions_expired', 'cnt_node_created_watch_count'],
  ['cnt_node_deleted_watch_count', 'cnt_node_changed_watch_count', 'cnt_node_children_watch_count'],
);

/** How often is a matter of how elections went; whether at all is one of the role. */
const countedMetrics = ['looking_count', 'cnt_unavailable_time', 'cnt_leader_unavailable_time'].concat([
  'cnt_election_time',
  'cnt_follower_sync_time',
  'cnt_observer_sync_time',
]);

function compareMetrics(apache: Answers, ours: Answers): void {
  const [theirs, own] = [apache, ours].map((answers) => parsed(answers.get('monitor')!.text));
  for (const name of equalMetrics) expect(own![name], name).toEqual(theirs![name]);
  for (const name of countedMetrics) expect(Number(own![name]) > 0, name).toBe(Number(theirs![name]) > 0);
}

/** One ephemeral and watches of every kind a member, and enough writes for a digest and an acknowledgement to be timed. */
async function exercise(ensemble: MixedEnsemble, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    const client = ensemble.client([id], 30_000);
    await client.create(`/app${id}`, Buffer.from('x'), openAcl, 'persistent');
    await client.create(`/app${id}/e`, Buffer.from('y'), openAcl, 'ephemeral');
    const value = Buffer.from('z');
    await Promise.all(Array.from({ length: 300 }, () => client.setData(`/app${id}`, value, -1)));
    await client.exists(`/app${id}`, true);
    await client.exists('/nowhere', true);
    await client.getChildren(`/app${id}`, true);
  }
}

interface Told {
  readonly answers: ReadonlyMap<number, Answers>;
  /** After the last but one voter went. */
  readonly orphaned: ReadonlyMap<number, Answers>;
}

/** Starts `size` members of a kind, the last of which leads and the first of which observes, where there are several. */
async function tell(kind: MemberKind, size: number): Promise<Told> {
  const adminPorts = await freePorts(size);
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  const ensemble = await MixedEnsemble.start({
    kinds: ids.map(() => kind),
    observers: size > 1 ? [1] : [],
    configOf: (id) => ({
      'admin.enableServer': true,
      'admin.serverAddress': '127.0.0.1',
      'admin.serverPort': adminPorts[id - 1]!,
    }),
  });
  const everybody = async (of: readonly number[]): Promise<Map<number, Answers>> => {
    const told = new Map<number, Answers>();
    for (const id of of) told.set(id, await askAll(ensemble.member(id), adminPorts[id - 1]!));
    return told;
  };
  try {
    await exercise(ensemble, ids);
    await ensemble.settled();
    const answers = await everybody(ids);
    if (size === 1) return { answers, orphaned: new Map() };
    for (const id of ids.slice(1, -1)) await ensemble.member(id).kill();
    const left = [1, size];
    for (const id of left)
      await until(`server ${id} serves nobody`, async () =>
        (await ensemble.member(id).role()) === null ? true : undefined,
      );
    return { answers, orphaned: await everybody(left) };
  } catch (error) {
    throw new Error(ensemble.members.map((member) => member.output().slice(-2_000)).join('\n---\n'), {
      cause: error,
    });
  } finally {
    await ensemble.stop();
  }
}

async function tellBoth(size: number): Promise<{ readonly apache: Told; readonly ours: Told }> {
  return { apache: await tell('apache', size), ours: await tell('zoodeck', size) };
}

test('a server that stands alone', async () => {
  const { apache, ours } = await tellBoth(1);
  compare(apache.answers.get(1)!, ours.answers.get(1)!);
  compareMetrics(apache.answers.get(1)!, ours.answers.get(1)!);
});

/** Addresses and methods that a script may come up with. */
const requests = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'OPTIONS', 'PATCH']
  .map((method) => [method, '/commands/ruok'])
  .concat(
    [
      ['/', '/commands', '/commands/', '/commands?x=1', '/commandsx', '/commands//ruok', '/commands/ruok/'],
      ['/commands/ruok/x', '/commands/RUOK', '/commands/%72uok', '/commands/ruok?a=b', '/commands/ruok;a=b'],
      [
        '/commands;a/ruok',
        '/commands/ruok#x',
        '/commands/../commands/ruok',
        '/commands/./ruok',
        '/../commands',
      ],
      ['/commands/stmk?traceMask=', '/commands/stmk?tracemask=1', '/commands/stmk?traceMask=5&traceMask=7'],
      ['/commands/%', '/commands/%0a', '/favicon.ico'],
    ]
      .flat()
      .map((path) => ['GET', path]),
  );

/** The status, and the body where it is not a page about an error. */
function requested(port: number, method: string, path: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === '' ? {} : { 'Content-Length': body.length };
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
    const request = http.request(options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(`${response.statusCode} ${response.statusCode === 200 ? text : ''}`));
    });
    request.once('error', reject).end(body);
  });
}

test('methods, bodies and addresses in other forms', async () => {
  const members = await Promise.all(memberKinds.map((kind) => startMember(kind, { admin: true })));
  try {
    const [apache, ours] = await Promise.all(
      members.map(async ({ adminPort }) => {
        const found: string[] = [];
        for (const [method = '', path = ''] of requests)
          found.push(`${method} ${path}: ${await requested(adminPort!, method, path)}`);
        found.push(await requested(adminPort!, 'GET', '/commands/ruok', 'a body'));
        return found;
      }),
    );
    expect(ours).toEqual(apache);
  } finally {
    for (const member of members) await member.stop();
  }
});

const roles = { observer: 1, follower: 2, leader: 4 };

test('the members of an ensemble, and those that are left without a quorum', async () => {
  const { apache, ours } = await tellBoth(4);
  for (const [role, id] of Object.entries(roles)) {
    const [theirs, own] = [apache.answers.get(id)!, ours.answers.get(id)!];
    for (const answers of [theirs, own]) expect(parsed(answers.get('monitor')!.text).server_state).toBe(role);
    compare(theirs, own);
    compareMetrics(theirs, own);
  }
  for (const id of [roles.observer, roles.leader]) {
    const [theirs, own] = [apache.orphaned.get(id)!, ours.orphaned.get(id)!];
    // Apache's fails with a page of Java's for want of a server to ask.
    expect(theirs.get('monitor')!.status).toBe(500);
    expect(parsed(own.get('monitor')!.text).error).toContain('not currently serving');
    const others = [theirs, own].map(
      (answers) => new Map([...answers].filter(([command]) => !['monitor', 'mntr'].includes(command))),
    );
    compare(others[0]!, others[1]!);
  }
});
