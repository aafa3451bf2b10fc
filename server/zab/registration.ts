import { formatZxid, zxidEpoch } from '@/lib/protocol/zxid';
import type { ServerId } from '@/server/quorum/contract';
import {
  describePacket,
  packetTypes,
  protocolVersion,
  readLearnerInfo,
  type LearnerInfo,
  type QuorumPacket,
} from './quorum-packet';

/** The first packet of a learner, which says who it is: what is refused in it. */

/** The next epoch must fit an int, as the files of epochs do. */
const acceptedEpochMax = 2n ** 31n - 2n;

export interface Registration extends LearnerInfo {
  readonly isObserver: boolean;
}

export interface RegistrationRules {
  readonly serverId: ServerId;
  /** Of the newest config that is known here; null where configs do not change. */
  readonly configVersion: bigint | null;
}

/** A sentence where the learner is to be refused. */
export function readRegistration(packet: QuorumPacket, rules: RegistrationRules): Registration | string {
  const { FOLLOWERINFO, OBSERVERINFO } = packetTypes;
  if (packet.type !== FOLLOWERINFO && packet.type !== OBSERVERINFO)
    return `it began with ${describePacket(packet)}, not with FOLLOWERINFO or OBSERVERINFO`;
  const info = readLearnerInfo(packet.data);
  if (info === null) return `its learner info has ${packet.data?.length} bytes, not 8, 12 or 20`;
  if (rules.configVersion !== null && info.configVersion > rules.configVersion)
    return `it knows config version ${formatZxid(info.configVersion)}, later than this server's`;
  if (info.serverId === rules.serverId) return 'it says it has the id of this server';
  if (info.protocolVersion < protocolVersion)
    return `its protocol version ${info.protocolVersion} is older than ZooKeeper 3.4`;
  const acceptedEpoch = zxidEpoch(packet.zxid);
  if (acceptedEpoch < -1n || acceptedEpoch > acceptedEpochMax)
    return `it says it accepted epoch ${acceptedEpoch}, where -1 (none) to ${acceptedEpochMax} are possible`;
  return { ...info, isObserver: packet.type === OBSERVERINFO };
}
