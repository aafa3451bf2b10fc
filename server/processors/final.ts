import { JuteWriter } from '@/lib/jute/writer';
import { writeMultiEnd, writePartHeader } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import type { DataTree } from '@/server/tree/data-tree';
import { isCreateType, type Txn } from '@/server/tree/txn';
import type { Audit } from './audit';
import { beginReply, endReply } from './client';
import type { Database } from './database';
import type { PipelineMeter } from './meter';
import type { PendingWrite } from './request-path';
import { writeStat } from './stat-reply';

/**
 * Applies transactions that are on disk and answers the clients that asked for them (the write half of Apache's
 * FinalRequestProcessor). Watch events are written while the transaction is applied, hence before its reply.
 */
export class FinalProcessor {
  private readonly tree: DataTree;
  /** Results of the multi being applied: each part's Stat must be taken before the next part changes it. */
  private readonly results = new JuteWriter(1024);

  constructor(
    private readonly database: Database,
    private readonly meter: PipelineMeter,
    /** null where no audit log is kept. */
    private readonly audit: Audit | null,
  ) {
    this.tree = database.tree;
  }

  /**
   * Applies a write and answers it, unless its client is gone or is to be answered otherwise (a new session). Returns the
   * bytes of the answer.
   */
  finish(write: PendingWrite): number {
    return this.audit === null ? this.applyAndAnswer(write) : this.finishAudited(write, this.audit);
  }

  private finishAudited(write: PendingWrite, audit: Audit): number {
    const { txn, client, asked } = write;
    const ephemerals = txn.type === ops.closeSession.code ? this.ephemeralsEndingWith(txn) : null;
    const sent = this.applyAndAnswer(write);
    if (ephemerals !== null) audit.sessionEnded(txn.clientId, ephemerals);
    if (client !== null && asked) audit.done(asked, txn, client.remoteAddress);
    return sent;
  }

  /** As the transaction lists them, then those of the session that it does not list. */
  private ephemeralsEndingWith({ clientId, paths }: Txn): string[] {
    const own = this.tree.ephemerals(clientId);
    const listed = (paths ?? []).filter((path) => own.has(path));
    return [...new Set([...listed, ...own])];
  }

  private applyAndAnswer({ txn, type, client }: PendingWrite): number {
    const answering = client !== null && client.phase === 'open';
    if (txn.type === ops.multi.code && answering) {
      this.results.reset();
      this.database.apply(txn, (part) => {
        this.measure(part);
        this.writeResult(part);
      });
    } else {
      this.database.apply(txn);
      this.measure(txn);
    }
    if (!answering || type === ops.createSession.code) return 0;
    const writer = client.io.output();
    const err = txn.type === ops.error.code ? txn.err : 0;
    const start = beginReply(writer, txn.cxid, txn.zxidHigh, txn.zxidLow, err);
    if (err === 0) this.writeBody(writer, type, txn);
    return endReply(writer, start);
  }

  private measure(txn: Txn): void {
    const { type, path } = txn;
    if (isCreateType(type) || type === ops.setData.code) this.meter.nodeWritten(path, txn.data?.length ?? 0);
    else if (type === ops.delete.code) this.meter.nodeWritten(path, 0);
  }

  private writeBody(writer: JuteWriter, type: number, txn: Txn): void {
    switch (type) {
      case ops.create.code:
        return writer.ustring(txn.path);
      case ops.create2.code:
      case ops.createContainer.code:
      case ops.createTTL.code:
        writer.ustring(txn.path);
        return writeStat(writer, this.tree, this.tree.nodes.find(txn.path));
      case ops.reconfig.code:
        writer.buffer(txn.data);
        return writeStat(writer, this.tree, this.tree.nodes.find(txn.path));
      case ops.setData.code:
      case ops.setACL.code:
        return writeStat(writer, this.tree, this.tree.nodes.find(txn.path));
      case ops.multi.code:
        return this.writeResults(writer, txn);
    }
  }

  private writeResult(part: Txn): void {
    const writer = this.results;
    const shown = isCreateType(part.type) && part.type !== ops.create.code ? ops.create2.code : part.type;
    writePartHeader(writer, shown, 0);
    this.writeBody(writer, shown, part);
  }

  /** The results gathered while applying; or, of a multi that failed, one error per part. */
  private writeResults(writer: JuteWriter, multi: Txn): void {
    if (multi.txns.some((part) => part.type === ops.error.code)) {
      for (const part of multi.txns) {
        const err = part.type === ops.error.code ? part.err : 0;
        writePartHeader(writer, ops.error.code, err);
        writer.int(err);
      }
    } else {
      writer.raw(this.results.view());
    }
    writeMultiEnd(writer);
  }
}
