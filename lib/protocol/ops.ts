import type { RecordCodec } from '@/lib/jute/codec';
import * as proto from './proto';

/**
 * The operations of the client protocol (ZooDefs.OpCode), one row each: number, request and response record, and
 * whether it is a write (takes a zxid, is logged). A null record means no body; multi and multiRead have bodies of
 * their own grammar (lib/protocol/multi.ts).
 */
export interface Op {
  readonly code: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows differ in their records
  readonly request: RecordCodec<any> | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows differ in their records
  readonly response: RecordCodec<any> | null;
  readonly write: boolean;
}

const create = { request: proto.createRequest, write: true } as const;

export const ops = {
  create: { code: 1, ...create, response: proto.createResponse },
  delete: { code: 2, request: proto.deleteRequest, response: null, write: true },
  exists: { code: 3, request: proto.existsRequest, response: proto.existsResponse, write: false },
  getData: { code: 4, request: proto.getDataRequest, response: proto.getDataResponse, write: false },
  setData: { code: 5, request: proto.setDataRequest, response: proto.setDataResponse, write: true },
  getACL: { code: 6, request: proto.getAclRequest, response: proto.getAclResponse, write: false },
  setACL: { code: 7, request: proto.setAclRequest, response: proto.setAclResponse, write: true },
  getChildren: {
    code: 8,
    request: proto.getChildrenRequest,
    response: proto.getChildrenResponse,
    write: false,
  },
  sync: { code: 9, request: proto.syncRequest, response: proto.syncResponse, write: false },
  ping: { code: 11, request: null, response: null, write: false },
  getChildren2: {
    code: 12,
    request: proto.getChildren2Request,
    response: proto.getChildren2Response,
    write: false,
  },
  /** Only inside multi: answered alone it must be refused (3.8.0 poisons its log with it). */
  check: { code: 13, request: proto.checkVersionRequest, response: null, write: true },
  multi: { code: 14, request: null, response: null, write: true },
  create2: { code: 15, ...create, response: proto.create2Response },
  reconfig: { code: 16, request: proto.reconfigRequest, response: proto.getDataResponse, write: true },
  checkWatches: { code: 17, request: proto.checkWatchesRequest, response: null, write: false },
  removeWatches: { code: 18, request: proto.removeWatchesRequest, response: null, write: false },
  createContainer: { code: 19, ...create, response: proto.create2Response },
  deleteContainer: { code: 20, request: null, response: null, write: true },
  createTTL: { code: 21, request: proto.createTtlRequest, response: proto.create2Response, write: true },
  multiRead: { code: 22, request: null, response: null, write: false },
  auth: { code: 100, request: proto.authPacket, response: null, write: false },
  setWatches: { code: 101, request: proto.setWatches, response: null, write: false },
  sasl: { code: 102, request: proto.saslRequest, response: proto.saslResponse, write: false },
  getEphemerals: {
    code: 103,
    request: proto.getEphemeralsRequest,
    response: proto.getEphemeralsResponse,
    write: false,
  },
  getAllChildrenNumber: {
    code: 104,
    request: proto.getAllChildrenNumberRequest,
    response: proto.getAllChildrenNumberResponse,
    write: false,
  },
  setWatches2: { code: 105, request: proto.setWatches2, response: null, write: false },
  /** Its answer has a body: one int 0. */
  addWatch: { code: 106, request: proto.addWatchRequest, response: proto.errorResponse, write: false },
  whoAmI: { code: 107, request: null, response: proto.whoAmIResponse, write: false },
  createSession: { code: -10, request: null, response: null, write: true },
  closeSession: { code: -11, request: null, response: null, write: true },
  error: { code: -1, request: null, response: null, write: true },
} as const satisfies Record<string, Op>;

export type OpName = keyof typeof ops;

const names = new Map<number, OpName>(Object.entries(ops).map(([name, op]) => [op.code, name as OpName]));

/** The operation of a code, or null where ZooKeeper has none. */
export function opName(code: number): OpName | null {
  return names.get(code) ?? null;
}
