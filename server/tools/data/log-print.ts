import { JuteError } from '@/lib/jute/error';
import { formatZxid } from '@/lib/protocol/zxid';
import { StorageError } from '@/server/storage/errors';
import { readLog } from '@/server/storage/log-reader';
import { readTxn, type Txn } from '@/server/tree/txn';
import type { LineOutput } from './output';
import { txnJson, txnText } from './txn-text';

/** `zkData log`: what Apache's TxnLogToolkit prints, entry by entry as the file is read. */

export interface LogPrintOptions {
  readonly isJson: boolean;
  /** The first and the last transaction to print. */
  readonly from: bigint;
  readonly to: bigint;
}

/** A null where the bytes are whole but no transaction of any release. */
function txnOf(payload: Buffer): Txn | string {
  try {
    return readTxn(payload);
  } catch (error) {
    if (!(error instanceof JuteError)) throw error;
    return error.message;
  }
}

/** Returns whether every entry could be read; what could not is told to `complain`. */
export function printLog(
  file: string,
  options: LogPrintOptions,
  out: LineOutput,
  complain: (sentence: string) => void,
): boolean {
  if (!options.isJson) out.line('ZooKeeper Transactional Log File with dbid 0 txnlog format version 2');
  let isWhole = true;
  try {
    const end = readLog(
      file,
      (payload, zxid) => {
        if (zxid < options.from || zxid > options.to) return;
        const txn = txnOf(payload);
        if (typeof txn !== 'string') return out.line(options.isJson ? txnJson(txn) : txnText(txn));
        isWhole = false;
        complain(`${file}: transaction ${formatZxid(zxid)} is whole, but no server can apply it: ${txn}.`);
      },
      true,
    );
    if (!options.isJson) out.line(`EOF reached after ${end.entries} txns.`);
    if (end.isTorn)
      complain(
        `${file} ends in a transaction that was cut off at offset ${end.offset} and never acknowledged.`,
      );
    if (end.repeats > 0)
      complain(`${file} holds ${end.repeats} transactions twice; the second time is left out.`);
    return isWhole;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    complain(error.message);
    return false;
  }
}
