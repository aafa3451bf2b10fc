import { errorCodes } from '@/lib/protocol/errors';
import { ops } from '@/lib/protocol/ops';
import type { Client } from './client';
import type { RequestPath, WriteFinisher } from './request-path';
import type { WriteRequest } from './requests';

/**
 * The path of a member cut off from its quorum (Apache's ReadOnlyZooKeeperServer): what is in the tree may be read, and
 * whatever would need the quorum, a global session too, is refused.
 */
export class ReadOnlyPath implements RequestPath {
  readonly outstanding = 0;
  readonly isPrimary = false;
  readonly canLag = true;
  readonly isReadOnly = true;

  constructor(private readonly finisher: WriteFinisher) {}

  submit({ type, xid }: WriteRequest, client: Client | null): void {
    if (client !== null) this.finisher.refused(client, type, xid, errorCodes.NOTREADONLY);
  }

  sync(client: Client, xid: number): void {
    this.finisher.refused(client, ops.sync.code, xid, errorCodes.NOTREADONLY);
  }

  /** Sessions of other members cannot be asked after, and those known here are global. */
  claim(): boolean {
    return false;
  }
}
