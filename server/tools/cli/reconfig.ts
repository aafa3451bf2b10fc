import fs from 'node:fs';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { Stat } from '@/lib/protocol/data';
import { propertyPairs } from '@/server/config/properties';
import { parseQuorumConfig, parseQuorumText } from '@/server/quorum/quorum-config';
import { dataValue, statValue, type Answer } from './answer';
import { statText } from './text';
import { CommandError, type Arguments } from './words';

/** The members of the ensemble: `config` shows them, `reconfig` changes them. Versions are hexadecimal, as Apache's. */

interface Config {
  readonly data: Buffer | null;
  readonly stat: Stat;
}

function answer({ data, stat }: Config, given: Arguments, heading = ''): Answer {
  const text = `${heading}${data === null ? 'null' : data.toString('utf8')}`;
  if (!given.flags.has('s')) return { text, value: dataValue(data) };
  return { text: `${text}\n${statText(stat)}`, value: { ...dataValue(data), ...statValue(stat) } };
}

export async function config(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const { value } = await client.getConfig(given.flags.has('w'));
  if (!given.flags.has('c')) return answer(value, given);
  return answer({ ...value, data: Buffer.from(clientAddresses(value.data?.toString('utf8') ?? '')) }, given);
}

/** The version and where clients are taken in, `host:port` with commas between. */
function clientAddresses(text: string): string {
  const { servers } = parseQuorumText(text);
  const version = /^version=(.*)$/m.exec(text)?.[1] ?? '';
  const addresses = [...servers.values()].flatMap(({ clientAddress }) =>
    clientAddress === null ? [] : [`${clientAddress.host}:${clientAddress.port}`],
  );
  return `${version} ${addresses.join(',')}`;
}

export const reconfigUsage =
  '[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | [-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]';
export const reconfigOptions = ['v', 'file', 'members', 'add', 'remove'];

export async function reconfig(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const { values } = given;
  const joining = values.get('add')?.toLowerCase();
  const leaving = values.get('remove')?.toLowerCase();
  const file = values.get('file');
  const members = values.get('members')?.toLowerCase();
  const isWhole = file !== undefined || members !== undefined;
  if (!isWhole && joining === undefined && leaving === undefined)
    throw new CommandError(`reconfig ${reconfigUsage}`);
  if (isWhole && (joining !== undefined || leaving !== undefined))
    throw new CommandError(
      "Can't use -file or -members together with -add or -remove (mixing incremental and non-incremental modes is not allowed)",
    );
  if (file !== undefined && members !== undefined)
    throw new CommandError("Can't use -file and -members together (conflicting non-incremental modes)");
  const change = isWhole
    ? { members: file === undefined ? members! : membersOf(file) }
    : { ...(joining === undefined ? {} : { joining }), ...(leaving === undefined ? {} : { leaving }) };
  const { value } = await client.reconfig({ ...change, version: versionOf(values.get('v')) });
  return answer(value, given, 'Committed new configuration:\n');
}

function versionOf(text: string | undefined): bigint {
  if (text === undefined) return -1n;
  if (!/^[0-9a-f]{1,16}$/i.test(text))
    throw new CommandError('-v must be followed by the version of a configuration, in hexadecimal');
  return BigInt.asIntN(64, BigInt(`0x${text}`));
}

/** The server lines of a dynamic configuration file. */
function membersOf(file: string): string {
  try {
    return parseQuorumConfig(propertyPairs(fs.readFileSync(file, 'utf8'))).toText();
  } catch (error) {
    throw new CommandError(`Error processing ${file}: ${(error as Error).message}`, { cause: error });
  }
}
