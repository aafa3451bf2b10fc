import { JuteWriter } from '@/lib/jute/writer';
import { errorCodes } from '@/lib/protocol/errors';
import { eventStateSyncConnected, xids } from '@/lib/protocol/proto';

/**
 * Watch events as they go over the wire: length, ReplyHeader without a zxid, WatcherEvent. Whoever is told of an event gets
 * the same bytes, so they are made once, however many sessions watch.
 */
export class EventFrames {
  private readonly writer = new JuteWriter();
  private lastType = -1;
  private lastPath = '';
  private last: Buffer = Buffer.alloc(0);

  /** The event's frame, which nobody may change. */
  of(eventType: number, path: string): Buffer {
    if (eventType === this.lastType && path === this.lastPath) return this.last;
    const { writer } = this;
    writer.reset();
    writer.int(0);
    writer.int(xids.notification);
    writer.int(-1);
    writer.int(-1);
    writer.int(errorCodes.OK);
    writer.int(eventType);
    writer.int(eventStateSyncConnected);
    writer.ustring(path);
    writer.patchInt(0, writer.size - 4);
    this.lastType = eventType;
    this.lastPath = path;
    return (this.last = writer.take());
  }
}
