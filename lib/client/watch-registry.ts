import { JuteWriter } from '@/lib/jute/writer';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { frameOf } from './protocol-request';

/**
 * What this session watches, so that a new connection can be told again. One-time watches leave when they fire; the
 * member makes up for what they missed by comparing zxids. Persistent watches stay, and nothing makes up for them: who
 * uses them reads again after a new connection. Paths here include the chroot, as on the wire.
 */
export type WatchKind = 'data' | 'exist' | 'child' | 'persistent' | 'persistentRecursive';

/** Frames stay well below jute.maxbuffer; the reference client cuts at the same size. */
const setWatchesBytesMax = 131_072;

type WatchLists = Record<WatchKind, string[]>;

function emptyLists(): WatchLists {
  return { data: [], exist: [], child: [], persistent: [], persistentRecursive: [] };
}

export class WatchRegistry {
  private readonly paths: Record<WatchKind, Set<string>> = {
    data: new Set(),
    exist: new Set(),
    child: new Set(),
    persistent: new Set(),
    persistentRecursive: new Set(),
  };

  add(kind: WatchKind, path: string): void {
    this.paths[kind].add(path);
  }

  removeAll(path: string): void {
    for (const kind of Object.keys(this.paths) as WatchKind[]) this.paths[kind].delete(path);
  }

  /** Of what kinds the watches on a path are. */
  kindsOn(path: string): WatchKind[] {
    return (Object.keys(this.paths) as WatchKind[]).filter((kind) => this.paths[kind].has(path));
  }

  remove(path: string, kinds: readonly WatchKind[]): void {
    for (const kind of kinds) this.paths[kind].delete(path);
  }

  clearPersistent(): void {
    this.paths.persistent.clear();
    this.paths.persistentRecursive.clear();
  }

  get size(): number {
    return Object.values(this.paths).reduce((sum, set) => sum + set.size, 0);
  }

  /** One-time watches that an event of this type consumes. */
  fired(type: number, path: string): void {
    const { data, exist, child } = this.paths;
    if (type === proto.eventTypes.NodeChildrenChanged) {
      child.delete(path);
      return;
    }
    data.delete(path);
    exist.delete(path);
    if (type === proto.eventTypes.NodeDeleted) child.delete(path);
  }

  /** The setWatches frames for a new connection; setWatches2 only where there is something that needs it. */
  frames(relativeZxid: bigint): Buffer[] {
    const frames: Buffer[] = [];
    let lists = emptyLists();
    let bytes = 0;
    const flush = () => {
      if (bytes > 0) frames.push(encode(relativeZxid, lists));
      lists = emptyLists();
      bytes = 0;
    };
    for (const kind of Object.keys(this.paths) as WatchKind[]) {
      for (const path of this.paths[kind]) {
        lists[kind].push(path);
        bytes += 4 + Buffer.byteLength(path);
        if (bytes >= setWatchesBytesMax) flush();
      }
    }
    flush();
    return frames;
  }
}

function encode(relativeZxid: bigint, lists: WatchLists): Buffer {
  const writer = new JuteWriter();
  const common = {
    relativeZxid,
    dataWatches: lists.data,
    existWatches: lists.exist,
    childWatches: lists.child,
  };
  if (lists.persistent.length === 0 && lists.persistentRecursive.length === 0) {
    proto.setWatches.write(writer, common);
    return frameOf(proto.xids.setWatches, ops.setWatches.code, writer.view());
  }
  proto.setWatches2.write(writer, {
    ...common,
    persistentWatches: lists.persistent,
    persistentRecursiveWatches: lists.persistentRecursive,
  });
  return frameOf(proto.xids.setWatches, ops.setWatches2.code, writer.view());
}
