import type { ErrorName } from '@/lib/protocol/errors';
import { addressFaults } from './addresses';
import type { QuorumConfig, QuorumServer, ServerId } from './contract';
import { isHierarchical, makeQuorumConfig, parseQuorumText, QuorumConfigError } from './quorum-config';
import { parseServer } from './server-line';

/**
 * What a reconfig request makes of the members (the reconfig case of Apache's PrepRequestProcessor), checked in Apache's
 * order so that a request with several faults gets the same code from either server. Whether reconfig is enabled at all
 * and whether the client may write `/zookeeper/config` is asked by the request processor. Unlike Apache, a config in which
 * two servers share an address is refused on loopback too, and in `newMembers` as among joining servers.
 */

export interface ReconfigRequest {
  /** `server.N=spec`, several with commas between; null and '' change nothing. */
  readonly joiningServers: string | null;
  /** Ids with commas between. */
  readonly leavingServers: string | null;
  /** All the lines of the new config, with commas or line feeds between; null makes the change incremental. */
  readonly newMembers: string | null;
  /** The version the client expects, −1 for any. */
  readonly curConfigId: bigint;
}

export interface ReconfigContext {
  readonly current: QuorumConfig;
  /** Another version than `current` where a reconfig is under way. */
  readonly lastSeen: QuorumConfig;
  /** The zxid of the transaction that will carry the new config. */
  readonly version: bigint;
  readonly standaloneEnabled: boolean;
  readonly multiAddressEnabled: boolean;
  /** Whether those who follow the leader now are a quorum of a config. */
  isQuorumSynced(config: QuorumConfig): boolean;
}

export type ReconfigResult =
  { readonly config: QuorumConfig } | { readonly error: ErrorName; readonly reason: string };

class Refusal extends Error {
  constructor(
    readonly error: ErrorName,
    readonly reason: string,
  ) {
    super(reason);
  }
}

const hex = (version: bigint): string => `0x${BigInt.asUintN(64, version).toString(16)}`;

/** The config to propose, or the code for the client and a sentence for the log. */
export function evaluateReconfig(request: ReconfigRequest, context: ReconfigContext): ReconfigResult {
  try {
    checkVersion(request, context);
    const config =
      request.newMembers === null
        ? incremental(request, context)
        : replaced(request.newMembers, context).withVersion(context.version);
    checkResult(config, context);
    return { config };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.error, reason: error.reason };
    throw error;
  }
}

function checkVersion({ curConfigId }: ReconfigRequest, { current, lastSeen }: ReconfigContext): void {
  if (lastSeen.version !== current.version)
    throw new Refusal(
      'RECONFIGINPROGRESS',
      `The reconfig to version ${hex(lastSeen.version)} is not done yet.`,
    );
  if (curConfigId !== -1n && curConfigId !== lastSeen.version)
    throw new Refusal(
      'BADVERSION',
      `The request expects version ${hex(curConfigId)}, the version is ${hex(lastSeen.version)}.`,
    );
}

/** All members anew, as a dynamic configuration file would have them. */
function replaced(newMembers: string, { standaloneEnabled }: ReconfigContext): QuorumConfig {
  let config: QuorumConfig;
  try {
    config = parseQuorumText(newMembers.replaceAll(',', '\n'));
  } catch (error) {
    if (error instanceof QuorumConfigError) throw new Refusal('BADARGUMENTS', error.message);
    throw error;
  }
  const { voters, observers } = config;
  const lacksVoters =
    voters.size === 0
      ? !standaloneEnabled || observers.size > 0
      : voters.size === 1 && standaloneEnabled && observers.size > 0;
  // What parseDynamicConfig refuses with an IllegalArgumentException reaches the client as this code.
  if (lacksVoters)
    throw new Refusal(
      'MARSHALLINGERROR',
      `${voters.size} voters and ${observers.size} observers are no ensemble.`,
    );
  return config;
}

function words(list: string | null): string[] {
  return (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** The last config seen without the leaving servers and with the joining ones, who may be members already. */
function incremental(request: ReconfigRequest, { lastSeen, version }: ReconfigContext): QuorumConfig {
  if (isHierarchical(lastSeen))
    throw new Refusal(
      'BADARGUMENTS',
      'Servers cannot join or leave one by one while there are groups; send the whole list as new members.',
    );
  const servers = new Map(lastSeen.servers);
  for (const word of words(request.leavingServers)) servers.delete(serverIdOf(word));
  for (const word of words(request.joiningServers)) {
    const joiner = parseJoiner(word);
    servers.set(joiner.serverId, joiner);
  }
  return makeQuorumConfig(servers, version, null);
}

/** Apache leaves a number that is none to its outermost handler, which answers with this code. */
function serverIdOf(text: string): ServerId {
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new Refusal('MARSHALLINGERROR', `"${text}" is no server id.`);
  return Number(text);
}

/** `server.N=host:quorumPort:electionPort[:role];[host:]clientPort`; only what follows the last dot counts as the id. */
function parseJoiner(word: string): QuorumServer {
  const [key, spec, ...more] = word.split('=').map((part) => part.trim());
  if (spec === undefined || spec === '' || more.length > 0)
    throw new Refusal('BADARGUMENTS', `${word}: a joining server has the form server.N=spec.`);
  const serverId = serverIdOf(key!.slice(key!.lastIndexOf('.') + 1));
  if (serverId < 0 || serverId > 255) throw new Refusal('BADARGUMENTS', `${word}: server ids are 0 to 255.`);
  const server = parseServer(serverId, spec);
  if (typeof server === 'string') throw new Refusal('BADARGUMENTS', server);
  if (server.clientAddress === null)
    throw new Refusal('BADARGUMENTS', `${word}: a joining server needs quorum, election and client port.`);
  return server;
}

function checkResult(config: QuorumConfig, context: ReconfigContext): void {
  const known = new Set(addressFaults(context.lastSeen));
  const clash = addressFaults(config).find((fault) => !known.has(fault));
  if (clash !== undefined) throw new Refusal('BADARGUMENTS', clash);
  if (!context.multiAddressEnabled) refuseSeveralAddresses(config);
  const votersMin = context.standaloneEnabled ? 2 : 1;
  if (config.voters.size < votersMin)
    throw new Refusal(
      'BADARGUMENTS',
      `The new config has ${config.voters.size} voters; with standaloneEnabled=${context.standaloneEnabled} it needs at least ${votersMin}.`,
    );
  if (!context.isQuorumSynced(config))
    throw new Refusal('NEWCONFIGNOQUORUM', 'No quorum of the new config follows this leader.');
}

function refuseSeveralAddresses(config: QuorumConfig): void {
  for (const { serverId, addresses } of config.servers.values()) {
    if (addresses.length > 1)
      throw new Refusal(
        'BADARGUMENTS',
        `server.${serverId} has ${addresses.length} addresses; more than one needs multiAddress.enabled=true.`,
      );
  }
}
