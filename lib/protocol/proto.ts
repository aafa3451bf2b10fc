import {
  boolean,
  buffer,
  int,
  list,
  long,
  record,
  text,
  ustring,
  vector,
  type RecordOf,
} from '@/lib/jute/codec';
import { aclList, askedAclList, stat } from './data';

/** Module `org.apache.zookeeper.proto`: what clients and servers say to each other. */

/** First frame of a connection, without header. A trailing `boolean readOnly` follows from 3.4 clients on. */
export const connectRequest = record('ConnectRequest', {
  protocolVersion: int,
  lastZxidSeen: long,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
});
export type ConnectRequest = RecordOf<typeof connectRequest>;

/** Answer to it, without header. `boolean readOnly` follows only if the request had it. */
export const connectResponse = record('ConnectResponse', {
  protocolVersion: int,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
});
export type ConnectResponse = RecordOf<typeof connectResponse>;

export const requestHeader = record('RequestHeader', { xid: int, type: int });
export const replyHeader = record('ReplyHeader', { xid: int, zxid: long, err: int });
export type ReplyHeader = RecordOf<typeof replyHeader>;
export const replyHeaderBytes = 16;

export const multiHeader = record('MultiHeader', { type: int, done: boolean, err: int });
export const errorResponse = record('ErrorResponse', { err: int });

export const authPacket = record('AuthPacket', { type: int, scheme: ustring, auth: buffer });
export const watcherEvent = record('WatcherEvent', { type: int, state: int, path: text });
export type WatcherEvent = RecordOf<typeof watcherEvent>;

export const createRequest = record('CreateRequest', {
  path: text,
  data: buffer,
  acl: askedAclList,
  flags: int,
});
export const createResponse = record('CreateResponse', { path: text });
export const create2Response = record('Create2Response', { path: text, stat });
export const createTtlRequest = record('CreateTTLRequest', {
  path: text,
  data: buffer,
  acl: askedAclList,
  flags: int,
  ttl: long,
});

export const deleteRequest = record('DeleteRequest', { path: text, version: int });

/** exists, getData, getChildren and getChildren2 share this shape under their own names. */
export const existsRequest = record('ExistsRequest', { path: text, watch: boolean });
export const existsResponse = record('ExistsResponse', { stat });
export const getDataRequest = record('GetDataRequest', { path: text, watch: boolean });
export const getDataResponse = record('GetDataResponse', { data: buffer, stat });
export const setDataRequest = record('SetDataRequest', { path: text, data: buffer, version: int });
export const setDataResponse = record('SetDataResponse', { stat });
export const getAclRequest = record('GetACLRequest', { path: text });
export const getAclResponse = record('GetACLResponse', { acl: aclList, stat });
export const setAclRequest = record('SetACLRequest', { path: text, acl: askedAclList, version: int });
export const setAclResponse = record('SetACLResponse', { stat });
export const getChildrenRequest = record('GetChildrenRequest', { path: text, watch: boolean });
export const getChildrenResponse = record('GetChildrenResponse', { children: list(text) });
export const getChildren2Request = record('GetChildren2Request', { path: text, watch: boolean });
export const getChildren2Response = record('GetChildren2Response', { children: list(text), stat });
export const syncRequest = record('SyncRequest', { path: ustring });
export const syncResponse = record('SyncResponse', { path: ustring });
export const checkVersionRequest = record('CheckVersionRequest', { path: text, version: int });
export const checkWatchesRequest = record('CheckWatchesRequest', { path: text, type: int });
export const removeWatchesRequest = record('RemoveWatchesRequest', { path: text, type: int });

/** A null list or path is told where it is met: what stands before it counts. */
const watchedPaths = vector(ustring);
export const setWatches = record('SetWatches', {
  relativeZxid: long,
  dataWatches: watchedPaths,
  existWatches: watchedPaths,
  childWatches: watchedPaths,
});
export const setWatches2 = record('SetWatches2', {
  relativeZxid: long,
  dataWatches: watchedPaths,
  existWatches: watchedPaths,
  childWatches: watchedPaths,
  persistentWatches: watchedPaths,
  persistentRecursiveWatches: watchedPaths,
});
export type SetWatches2 = RecordOf<typeof setWatches2>;
export const addWatchRequest = record('AddWatchRequest', { path: text, mode: int });

export const getEphemeralsRequest = record('GetEphemeralsRequest', { prefixPath: ustring });
export const getEphemeralsResponse = record('GetEphemeralsResponse', { ephemerals: list(text) });
export const getAllChildrenNumberRequest = record('GetAllChildrenNumberRequest', { path: text });
export const getAllChildrenNumberResponse = record('GetAllChildrenNumberResponse', { totalNumber: int });
export const whoAmIResponse = record('WhoAmIResponse', {
  clientInfo: list(record('ClientInfo', { authScheme: text, user: text })),
});
export const reconfigRequest = record('ReconfigRequest', {
  joiningServers: ustring,
  leavingServers: ustring,
  newMembers: ustring,
  curConfigId: long,
});
export const saslRequest = record('GetSASLRequest', { token: buffer });
export const saslResponse = record('SetSASLResponse', { token: buffer });

/** Reserved xids of reply headers. */
export const xids = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const;

/** Types of WatcherEvent. 5 to 7 exist only inside clients. */
export const eventTypes = {
  None: -1,
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
} as const;
export type EventName = keyof typeof eventTypes;

/** The state in every event a server sends. */
export const eventStateSyncConnected = 3;

/** Modes of addWatch. */
export const watchModes = { persistent: 0, persistentRecursive: 1 } as const;

/** Types of checkWatches and removeWatches. */
export const watcherTypes = { children: 1, data: 2, any: 3 } as const;

/** Create flags: bit 0 ephemeral, bit 1 sequential; 4 to 6 stand alone. */
export const createFlags = {
  persistent: 0,
  ephemeral: 1,
  persistentSequential: 2,
  ephemeralSequential: 3,
  container: 4,
  persistentWithTtl: 5,
  persistentSequentialWithTtl: 6,
} as const;
export type CreateMode = keyof typeof createFlags;
