import { lookup } from 'node:dns/promises';
import { zxidCounter, zxidEpoch } from '@/lib/protocol/zxid';
import type { HostPort, QuorumServer } from '@/server/quorum/contract';
import { javaHex } from './java-text';
import { JsonList, JsonObject, type JsonField } from './json';
import { addressesObject, electionAddresses, hostPort, observerObject, quorumAddresses } from './json-fields';
import type { MasterView } from './role-view';
import type { ServerView } from './server-view';

/** The AdminServer's commands about a member's part in its ensemble, and what they say of a server without one. */

type Fields = Iterable<JsonField>;

export async function leader(view: ServerView): Promise<Fields> {
  const ensemble = view.ensemble();
  if (ensemble === null || ensemble.leaderId === null) return [['error', 'server is not initialized']];
  const host = ensemble.config.servers.get(ensemble.leaderId)?.addresses[0]?.host;
  return [
    ['is_leader', ensemble.mode === 'leader'],
    ['leader_id', ensemble.leaderId],
    ['leader_ip', host === undefined ? '' : await addressOf(host)],
  ];
}

/** The name itself where it is not to be found now. */
function addressOf(host: string): Promise<string> {
  return lookup(host).then(
    ({ address }) => address,
    () => host,
  );
}

/** A leader, or a follower that takes observers in. */
function masterOf(view: ServerView): MasterView | null {
  const ensemble = view.ensemble();
  return ensemble?.leader ?? ensemble?.observerMaster ?? null;
}

export function observers(view: ServerView): Fields {
  const all = [...(masterOf(view)?.observers() ?? [])];
  return [
    ['synced_observers', all.length],
    ['observers', new JsonList(all.map(observerObject))],
  ];
}

export function observerConnectionStatReset(view: ServerView): Fields {
  masterOf(view)?.resetObservers();
  return [];
}

/** Where clients are let in: what the server line says, or else, of this server alone, what zoo.cfg says. */
function clientAddress(view: ServerView, server: QuorumServer | undefined): string {
  const own = server === undefined || server.serverId === view.ensemble()?.serverId;
  const { clientPortAddress } = view.config;
  const fromFile: HostPort | null = own
    ? { host: clientPortAddress ?? '0.0.0.0', port: view.clientPort() }
    : null;
  const address = server?.clientAddress ?? fromFile;
  return address === null ? '' : hostPort(address);
}

export function votingView(view: ServerView): Fields {
  const config = view.ensemble()?.config;
  const voters = [...(config?.voters ?? [])].sort((left, right) => left - right);
  const members = voters.map((serverId): JsonField => {
    const server = config!.servers.get(serverId)!;
    const fields: JsonField[] = [
      ['server_addresses', new JsonList(quorumAddresses(server).map(hostPort))],
      ['election_addresses', new JsonList(electionAddresses(server).map(hostPort))],
      ['client_address', clientAddress(view, server)],
      ['learner_type', server.type],
    ];
    return [String(serverId), new JsonObject(fields)];
  });
  return [['current_config', new JsonObject(members)]];
}

export function zabState(view: ServerView): Fields {
  const ensemble = view.ensemble();
  if (ensemble === null || !view.isServing()) {
    return [
      ['voting', false],
      ['zabstate', ''],
    ];
  }
  const { serverId, mode, config, phase } = ensemble;
  const self = config.servers.get(serverId);
  const zxid = view.lastProcessedZxid();
  return [
    ['myid', serverId],
    ['is_leader', mode === 'leader'],
    ['quorum_address', addressesObject(self === undefined ? [] : quorumAddresses(self))],
    ['election_address', addressesObject(self === undefined ? [] : electionAddresses(self))],
    ['client_address', clientAddress(view, self)],
    ['voting', config.voters.has(serverId)],
    ['last_zxid', javaHex(zxid)],
    ['zab_epoch', zxidEpoch(zxid)],
    ['zab_counter', zxidCounter(zxid)],
    ['zabstate', phase],
  ];
}
