import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { writeMultiRequest } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';

/** Frames of a client, for those who send them damaged. */

export function frame(payload: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + payload.length);
  bytes.writeInt32BE(payload.length);
  payload.copy(bytes, 4);
  return bytes;
}

export function request(xid: number, type: number, body: Buffer = Buffer.alloc(0)): Buffer {
  return frame(Buffer.concat([proto.requestHeader.encode({ xid, type }), body]));
}

/** Without its length. */
export const handshakeBody = Buffer.concat([
  proto.connectRequest.encode({
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 10_000,
    sessionId: 0n,
    passwd: Buffer.alloc(16),
  }),
  Buffer.from([0]),
]);
export const handshake = frame(handshakeBody);

const acl = [...openAcl];
const data = Buffer.from('value');

function multiBody(): Buffer {
  const writer = new JuteWriter();
  writeMultiRequest(writer, [
    { op: 'create', path: '/fuzz/m', data, acl, flags: 0 },
    { op: 'setData', path: '/fuzz/m', data, version: 0 },
    { op: 'delete', path: '/fuzz/m', version: 1 },
  ]);
  return writer.take();
}

/** One request of every kind, as frames; the last ends its connection where it fails. */
export const requestTemplates: readonly Buffer[] = [
  request(1, ops.create.code, proto.createRequest.encode({ path: '/fuzz/a', data, acl, flags: 0 })),
  request(2, ops.create2.code, proto.createRequest.encode({ path: '/fuzz/s-', data, acl, flags: 3 })),
  request(3, ops.createContainer.code, proto.createRequest.encode({ path: '/fuzz/c', data, acl, flags: 4 })),
  request(
    4,
    ops.createTTL.code,
    proto.createTtlRequest.encode({ path: '/fuzz/t', data, acl, flags: 5, ttl: 9n }),
  ),
  request(5, ops.setData.code, proto.setDataRequest.encode({ path: '/fuzz/a', data, version: -1 })),
  request(6, ops.getData.code, proto.getDataRequest.encode({ path: '/fuzz/a', watch: true })),
  request(7, ops.exists.code, proto.existsRequest.encode({ path: '/fuzz/b', watch: true })),
  request(8, ops.getChildren2.code, proto.getChildren2Request.encode({ path: '/fuzz', watch: true })),
  request(9, ops.delete.code, proto.deleteRequest.encode({ path: '/fuzz/a', version: -1 })),
  request(10, ops.setACL.code, proto.setAclRequest.encode({ path: '/fuzz/a', acl, version: -1 })),
  request(11, ops.getACL.code, proto.getAclRequest.encode({ path: '/fuzz/a' })),
  request(12, ops.multi.code, multiBody()),
  request(13, ops.multiRead.code, Buffer.from('0000000400ffffffff000000012f00ffffffff01ffffffff', 'hex')),
  request(14, ops.sync.code, proto.syncRequest.encode({ path: '/fuzz' })),
  request(15, ops.addWatch.code, proto.addWatchRequest.encode({ path: '/fuzz', mode: 1 })),
  request(16, ops.removeWatches.code, proto.removeWatchesRequest.encode({ path: '/fuzz', type: 3 })),
  request(17, ops.getEphemerals.code, proto.getEphemeralsRequest.encode({ prefixPath: '/fuzz' })),
  request(18, ops.getAllChildrenNumber.code, proto.getAllChildrenNumberRequest.encode({ path: '/' })),
  request(19, ops.whoAmI.code),
  request(-2, ops.ping.code),
  request(
    -8,
    ops.setWatches2.code,
    proto.setWatches2.encode({
      relativeZxid: 0n,
      dataWatches: ['/fuzz/a'],
      existWatches: ['/fuzz/b'],
      childWatches: ['/fuzz'],
      persistentWatches: ['/fuzz/p'],
      persistentRecursiveWatches: ['/fuzz/r'],
    }),
  ),
  request(
    -4,
    ops.auth.code,
    proto.authPacket.encode({ type: 0, scheme: 'digest', auth: Buffer.from('u:p') }),
  ),
];
