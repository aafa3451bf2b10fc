import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { parentPath } from '@/lib/protocol/path';

/** What Kafka, HBase and ClickHouse keep of who does what: their znodes, under the names and with the values that they give. */

/** HBase's values: 0xFF, the length of who wrote it, that, and a protobuf behind `PBUF`. */
const hbaseValue = (writer: string, server: string): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0, 0, 0, writer.length]),
    Buffer.from(writer),
    Buffer.alloc(8, 0x5a),
    Buffer.from('PBUF'),
    Buffer.from([0x0a, server.length + 5, 0x0a, server.length]),
    Buffer.from(server),
    Buffer.from([0x10, 0x80, 0x7d]),
  ]);

const regionServer = 'region-1.example.org,16020,1767225600123';
const hits = '/clickhouse/tables/01/hits';

/** Ephemerals, each of which says who it is that does something. */
export const holders: Readonly<Record<string, Buffer>> = {
  '/kafka/controller': Buffer.from(
    '{"version":2,"brokerid":1,"timestamp":"1767225600123","kraftControllerEpoch":-1}',
  ),
  '/hbase/master': hbaseValue('master:16000', 'master-1.example.org'),
  [`/hbase/rs/${regionServer}`]: hbaseValue('regionserver:16020', regionServer),
  [`${hits}/replicas/ch-1.example.org/is_active`]: Buffer.from("UUID_'6a0f2a2e-8f8e-4c0a-9d53-0d6a3f1f5f10'"),
};
/** Of two replicas the first leads; ephemerals in sequence. */
export const election = `${hits}/leader_election`;
/** The task of a worker, no ephemeral: its value names who took it. */
export const splitTask = `/hbase/splitWAL/WALs%2F${regionServer.replaceAll(',', '%2C')}-splitting%2Fwal.1767225600456`;

export async function makeHolders(client: ZooKeeperClient): Promise<void> {
  for (const [path, value] of Object.entries(holders)) {
    await ensure(client, parentPath(path));
    await client.create(path, value, openAcl, 'ephemeral');
  }
  await ensure(client, parentPath(splitTask));
  await client.create(splitTask, hbaseValue('regionserver:16020', regionServer), openAcl, 'persistent');
  await ensure(client, election);
  for (const replica of ['ch-1.example.org', 'ch-2.example.org'])
    await client.create(`${election}/leader_election-`, Buffer.from(replica), openAcl, 'ephemeralSequential');
}

async function ensure(client: ZooKeeperClient, path: string): Promise<void> {
  if (path === '/') return;
  await ensure(client, parentPath(path));
  await client.create(path, null, openAcl, 'persistent').catch((error: unknown) => {
    if (!isKeeperError(error, 'NODEEXISTS')) throw error;
  });
}
