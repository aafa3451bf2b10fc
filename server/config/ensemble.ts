import fs from 'node:fs';
import path from 'node:path';
import { addressFaults } from '@/server/quorum/addresses';
import type { HostPort, QuorumConfig, ServerId } from '@/server/quorum/contract';
import { isQuorumKey, parseQuorumConfig, QuorumConfigError } from '@/server/quorum/quorum-config';
import type { EnsembleConfig } from './ensemble-config';
import type { EnsembleDraft } from './ensemble-keys';
import type { Faults } from './faults';
import { PropertiesError, propertyPairs, repeatedKeys } from './properties';
import { makeQuorumTls, makeSasl, type SecurityDraft } from './security-keys';
import type { TlsDraft } from './tls-keys';

/**
 * From the server lines, the dynamic file and `myid` to an EnsembleConfig (Apache's QuorumPeerConfig: setupQuorumPeerConfig,
 * setupMyId, setupClientPort, setupPeerType, checkValidity). Nothing is written here, so that a faulty configuration is
 * told before anything is touched.
 */

export interface EnsembleSource {
  /** zoo.cfg, where there is one. */
  readonly file: string | null;
  readonly settings: ReadonlyMap<string, string>;
  readonly repeatedKeys: readonly string[];
  readonly dataDir: string;
  readonly tickTimeMs: number;
  readonly draft: EnsembleDraft;
  readonly security: SecurityDraft;
  readonly quorumTls: TlsDraft;
}

export interface EnsembleParts {
  /** null for a server of its own. */
  readonly ensemble: EnsembleConfig | null;
  /** Where the own server line lets clients in; null where it does not say. */
  readonly clientAddress: HostPort | null;
}

const noParts: EnsembleParts = { ensemble: null, clientAddress: null };

export function makeEnsemble(source: EnsembleSource, faults: Faults): EnsembleParts {
  const { draft } = source;
  const initial = initialConfig(source, faults);
  if (initial === null) return noParts;
  checkMembers(initial, draft, faults);
  const isEnsemble = initial.voters.size > 1 || !draft.standaloneEnabled;
  const serverId = readMyId(source.dataDir, isEnsemble, faults);
  if (serverId === null) return noParts;
  const server = initial.servers.get(serverId);
  const clientAddress = server?.clientAddress ?? null;
  if (!isEnsemble) return { ensemble: null, clientAddress };
  if (server === undefined) {
    const known = [...initial.servers.keys()].join(', ');
    faults.add(
      `${path.join(source.dataDir, 'myid')} says ${serverId}, but the server list has only ${known}: add a line server.${serverId}, or correct myid.`,
    );
    return noParts;
  }
  checkLimits(draft, faults);
  warnOfEvenVoters(initial, faults);
  if (server.type !== draft.peerType && source.settings.has('peerType'))
    faults.warn(`peerType=${draft.peerType} is not what server.${serverId} says; ${server.type} is used.`);
  const next = nextConfig(source.file, initial, faults);
  return {
    ensemble: assemble(source, { serverId, initial, next, peerType: server.type }, faults),
    clientAddress,
  };
}

type Members = Pick<EnsembleConfig, 'serverId' | 'initial' | 'next' | 'peerType'>;

function assemble(source: EnsembleSource, members: Members, faults: Faults): EnsembleConfig {
  const { draft, tickTimeMs, security, quorumTls } = source;
  const { initLimit, syncLimit, connectToLearnerMasterLimit, ...rest } = draft;
  const { multiAddressEnabled, reachabilityCheckEnabled, reachabilityCheckTimeoutMs, ...fields } = rest;
  const connectLimit = connectToLearnerMasterLimit === 0 ? initLimit : connectToLearnerMasterLimit;
  return Object.freeze({
    ...fields,
    ...members,
    dynamicConfigFile: draft.dynamicConfigFile === null ? null : path.resolve(draft.dynamicConfigFile),
    initLimitTicks: initLimit,
    syncLimitTicks: syncLimit,
    initLimitMs: initLimit * tickTimeMs,
    syncLimitMs: syncLimit * tickTimeMs,
    connectToLearnerMasterLimitMs: connectLimit * tickTimeMs,
    multiAddress: { enabled: multiAddressEnabled, reachabilityCheckEnabled, reachabilityCheckTimeoutMs },
    tls: makeQuorumTls(security, quorumTls, faults),
    sasl: makeSasl(security, faults),
  });
}

/** null where the configuration names no servers, or names them wrongly (with a fault). */
function initialConfig(source: EnsembleSource, faults: Faults): QuorumConfig | null {
  const { settings, draft } = source;
  const lines = [...settings].filter(([key]) => isQuorumKey(key));
  for (const key of source.repeatedKeys.filter(isQuorumKey)) faults.add(`${key} is there twice.`);
  const dynamicFile = draft.dynamicConfigFile;
  if (dynamicFile === null) {
    if (lines.length > 0) return parsed(lines, '', faults);
    if (!draft.standaloneEnabled)
      faults.add('standaloneEnabled=false needs server lines with at least one participant; there are none.');
    return null;
  }
  if (lines.length > 0) {
    faults.add(
      `${lines[0]![0]} cannot stand beside dynamicConfigFile=${dynamicFile}: it belongs in that file.`,
    );
    return null;
  }
  const pairs = readDynamicFile(dynamicFile, faults);
  if (pairs === null) return null;
  const version: [string, string] = ['version', versionOfName(dynamicFile)];
  return parsed([...pairs, version], `${dynamicFile}: `, faults);
}

function parsed(
  entries: Iterable<readonly [string, string]>,
  where: string,
  faults: Faults,
): QuorumConfig | null {
  try {
    return parseQuorumConfig(entries);
  } catch (error) {
    if (!(error instanceof QuorumConfigError)) throw error;
    for (const fault of error.faults) faults.add(`${where}${fault}`);
    return null;
  }
}

/** The version is the hex ending of the file's name; 0 where it has none. */
function versionOfName(file: string): string {
  return /\.([0-9a-f]{1,16})$/i.exec(path.basename(file))?.[1] ?? '0';
}

function readDynamicFile(file: string, faults: Faults): [string, string][] | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    faults.add(
      `dynamicConfigFile=${file} cannot be read: ${isMissing ? 'it does not exist' : (error as Error).message}.`,
    );
    return null;
  }
  const pairs = pairsOf(file, text, faults);
  if (pairs === null) return null;
  for (const key of repeatedKeys(pairs)) faults.add(`${file}: ${key} is there twice.`);
  if (pairs.some(([key]) => key === 'version'))
    faults.add(`${file}: version does not belong in it; the version is the ending of the file's name.`);
  else if (!pairs.some(([key]) => key.startsWith('server.')))
    faults.add(`${file} names no server: it is empty or half-written.`);
  else return pairs;
  return null;
}

function pairsOf(file: string, text: string, faults: Faults): [string, string][] | null {
  try {
    return propertyPairs(text);
  } catch (error) {
    if (!(error instanceof PropertiesError)) throw error;
    faults.add(`${file}: ${error.message}.`);
    return null;
  }
}

function checkMembers(config: QuorumConfig, draft: EnsembleDraft, faults: Faults): void {
  for (const fault of addressFaults(config)) faults.add(fault);
  if (!draft.multiAddressEnabled) {
    for (const { serverId, addresses } of config.servers.values()) {
      if (addresses.length > 1)
        faults.add(
          `server.${serverId} has ${addresses.length} addresses; more than one needs multiAddress.enabled=true.`,
        );
    }
  }
  const { voters, observers } = config;
  if (voters.size === 0) faults.add('The server list has no participant; at least one is needed.');
  else if (voters.size === 1 && draft.standaloneEnabled && observers.size > 0)
    faults.add('The server list has one participant and observers; that needs standaloneEnabled=false.');
}

/** null where there is none, which is a fault for a member of an ensemble only. */
function readMyId(dataDir: string, isEnsemble: boolean, faults: Faults): ServerId | null {
  const file = path.join(dataDir, 'myid');
  let text: string;
  try {
    // The rest is free, and blanks are none of a number's signs, as with Apache.
    text = fs.readFileSync(file, 'utf8').split(/\r\n|\n|\r/, 1)[0]!;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing) faults.add(`${file} cannot be read: ${(error as Error).message}.`);
    else if (isEnsemble)
      faults.add(`${file} is missing: it must hold this server's number, the N of its server.N line.`);
    return null;
  }
  const serverId = /^\+?\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (serverId >= 0 && serverId <= 255) return serverId;
  faults.add(`${file} holds "${text.slice(0, 40)}": it must be one whole number from 0 to 255.`);
  return null;
}

function checkLimits(draft: EnsembleDraft, faults: Faults): void {
  for (const key of ['initLimit', 'syncLimit'] as const) {
    if (draft[key] === 0) faults.add(`${key} is not set: members of an ensemble need it, in ticks.`);
  }
  const { minNotificationIntervalMs: least, maxNotificationIntervalMs: most } = draft;
  if (least > most)
    faults.add(
      `fastleader.minNotificationInterval (${least} ms) must not be above fastleader.maxNotificationInterval (${most} ms).`,
    );
}

function warnOfEvenVoters({ voters }: QuorumConfig, faults: Faults): void {
  if (voters.size <= 2)
    faults.warn(`With ${voters.size} voters no server may fail; at least 3 are needed for that.`);
  else if (voters.size % 2 === 0)
    faults.warn(`${voters.size} voters bear no more failures than ${voters.size - 1}; use an odd number.`);
}

/** A config that was proposed before the last stop; an old one that its removal was cut off from is passed over. */
function nextConfig(file: string | null, initial: QuorumConfig, faults: Faults): QuorumConfig | null {
  if (file === null) return null;
  const nextFile = `${file}.dynamic.next`;
  let text: string;
  try {
    text = fs.readFileSync(nextFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      faults.add(`${nextFile} cannot be read: ${(error as Error).message}.`);
    return null;
  }
  const pairs = pairsOf(nextFile, text, faults);
  const next = pairs === null ? null : parsed(pairs, `${nextFile}: `, faults);
  if (next !== null && next.servers.size === 0)
    faults.add(
      `${nextFile} names no server: it is empty or half-written; remove it if no reconfig was under way.`,
    );
  return next !== null && next.version > initial.version ? next : null;
}
