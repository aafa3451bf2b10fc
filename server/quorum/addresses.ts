import type { QuorumConfig, QuorumServer } from './contract';

/** Addresses that two servers cannot share. Hosts are compared as written: names are not looked up here. */

const key = (host: string, port: number): string => `${host.toLowerCase()}:${port}`;

/** Quorum and election addresses, and the client address where it is one of this host alone. */
function addressesOf(server: QuorumServer): string[] {
  const peers = server.addresses.flatMap(({ host, quorumPort, electionPort }) => [
    key(host, quorumPort),
    key(host, electionPort),
  ]);
  const client = server.clientAddress;
  const isAny = client === null || client.host === '0.0.0.0' || client.host === '0:0:0:0:0:0:0:0';
  return isAny ? peers : [...peers, key(client.host, client.port)];
}

/** Addresses that stand twice in a config, a sentence each. */
export function addressFaults(config: QuorumConfig): string[] {
  const faults: string[] = [];
  const usedBy = new Map<string, QuorumServer>();
  for (const server of config.servers.values()) {
    for (const address of addressesOf(server)) {
      const other = usedBy.get(address);
      usedBy.set(address, server);
      if (other === server) faults.push(`server.${server.serverId} uses ${address} twice.`);
      else if (other !== undefined)
        faults.push(`server.${other.serverId} and server.${server.serverId} both use ${address}.`);
    }
  }
  return faults;
}
