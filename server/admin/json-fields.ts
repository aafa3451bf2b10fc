import { isIPv6 } from 'node:net';
import { longIPv6 } from '@/server/quorum/ipv6';
import type { HostPort, QuorumServer } from '@/server/quorum/contract';
import { JsonList, JsonObject, type JsonField } from './json';
import type { ObserverView } from './role-view';
import type { ConnectionView } from './server-view';

/** Connections, observers and addresses as the AdminServer's commands show them, field by field. */

/** As Java prints a socket's address: IPv6 in full, in brackets. */
export function hostPort({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${longIPv6(host)}]:${port}` : `${host}:${port}`;
}

function briefFields(connection: ConnectionView): JsonField[] {
  const { remoteAddress: host, remotePort: port } = connection;
  return [
    ['remote_socket_address', hostPort({ host, port })],
    ['interest_ops', connection.interestOps],
    ['outstanding_requests', connection.outstandingRequests],
    ['packets_received', connection.packetsReceived],
    ['packets_sent', connection.packetsSent],
  ];
}

/** A connection in `stats`. */
export function briefConnectionObject(connection: ConnectionView): JsonObject {
  return new JsonObject(briefFields(connection));
}

/** A connection in `connections`. */
export function fullConnectionObject(connection: ConnectionView): JsonObject {
  return new JsonObject([
    ...briefFields(connection),
    ['session_id', connection.sessionId],
    ['last_operation', connection.lastOperation],
    ['established', Math.floor(connection.establishedMs)],
    ['session_timeout', connection.sessionTimeoutMs],
    ['last_cxid', connection.lastCxid],
    ['last_zxid', connection.lastZxid],
    ['last_response_time', Math.floor(connection.lastResponseTimeMs)],
    ['last_latency', connection.lastLatencyMs],
    ['min_latency', connection.minLatencyMs],
    ['avg_latency', Math.floor(connection.avgLatencyMs)],
    ['max_latency', connection.maxLatencyMs],
  ]);
}

export function observerObject(observer: ObserverView): JsonObject {
  return new JsonObject([
    ['remote_socket_address', `/${observer.remote}`],
    ['sid', observer.serverId],
    ['established', observer.establishedMs],
    ['queued_packets', observer.queuedPackets],
    ['queued_packets_size', observer.queuedBytes],
    ['packets_received', observer.packetsReceived],
    ['packets_sent', observer.packetsSent],
    ['requests', observer.requests],
    ['last_zxid', observer.lastZxid],
  ]);
}

/** The addresses of one of a server's ports, in the fields of Apache's MultipleAddresses. Nobody's reach is tried: all count as reachable. */
export function addressesObject(addresses: readonly HostPort[]): JsonObject {
  const all = addresses.map(hostPort);
  const first = all[0] ?? null;
  return new JsonObject([
    ['empty', all.length === 0],
    ['all_addresses', new JsonList(all)],
    ['all_reachable_addresses', new JsonList(all)],
    ['one', first],
    ['reachable_address', first],
    ['wildcard_addresses', new JsonList(addresses.map(({ port }) => `0.0.0.0:${port}`))],
    ['all_ports', new JsonList(addresses.map(({ port }) => port))],
    ['all_host_strings', new JsonList(addresses.map(({ host }) => host))],
    ['all_reachable_addresses_or_all', new JsonList(all)],
    ['reachable_or_one', first],
  ]);
}

export function quorumAddresses(server: QuorumServer): HostPort[] {
  return server.addresses.map(({ host, quorumPort: port }) => ({ host, port }));
}

export function electionAddresses(server: QuorumServer): HostPort[] {
  return server.addresses.map(({ host, electionPort: port }) => ({ host, port }));
}
