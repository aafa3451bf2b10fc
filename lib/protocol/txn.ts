import { boolean, buffer, int, list, long, record, text, type RecordOf } from '@/lib/jute/codec';
import { aclList } from './data';

/** Modules `org.apache.zookeeper.txn` and `.server.persistence`: what logs and snapshots hold. */

export const txnHeader = record('TxnHeader', {
  clientId: long,
  cxid: int,
  zxid: long,
  time: long,
  type: int,
});
export type TxnHeader = RecordOf<typeof txnHeader>;
export const txnHeaderBytes = 32;

/** Follows a txn's body when digests are on: the tree's digest as it is after the txn. */
export const txnDigest = record('TxnDigest', { version: int, treeDigest: long });

/** `parentCVersion` is the parent's persisted cversion after this create. */
export const createTxn = record('CreateTxn', {
  path: text,
  data: buffer,
  acl: aclList,
  ephemeral: boolean,
  parentCVersion: int,
});
/** Up to 3.3: without `parentCVersion`. */
export const createTxnV0 = record('CreateTxnV0', {
  path: text,
  data: buffer,
  acl: aclList,
  ephemeral: boolean,
});
export const createTtlTxn = record('CreateTTLTxn', {
  path: text,
  data: buffer,
  acl: aclList,
  parentCVersion: int,
  ttl: long,
});
export const createContainerTxn = record('CreateContainerTxn', {
  path: text,
  data: buffer,
  acl: aclList,
  parentCVersion: int,
});
export const deleteTxn = record('DeleteTxn', { path: text });
/** `version` is the new one. */
export const setDataTxn = record('SetDataTxn', { path: text, data: buffer, version: int });
/** `version` is the new aversion. */
export const setAclTxn = record('SetACLTxn', { path: text, acl: aclList, version: int });
/** `version` is the node's current one plus 1. */
export const checkVersionTxn = record('CheckVersionTxn', { path: text, version: int });
export const errorTxn = record('ErrorTxn', { err: int });
export const createSessionTxn = record('CreateSessionTxn', { timeOut: int });
/** Body of closeSession since 3.6; empty before. */
export const closeSessionTxn = record('CloseSessionTxn', { paths2Delete: list(text) });
export const txn = record('Txn', { type: int, data: buffer });
export const multiTxn = record('MultiTxn', { txns: list(txn) });

/** Header of log and snapshot files. */
export const fileHeader = record('FileHeader', { magic: int, version: int, dbid: long });
export const fileHeaderBytes = 16;
/** "ZKLG" and "ZKSN". */
export const logMagic = 0x5a4b4c47;
export const snapshotMagic = 0x5a4b534e;
export const fileVersion = 2;
