import { createGzip } from 'node:zlib';
import type { SnapshotCompression } from './files';
import { SnappyWriter } from './snappy';

/** A snapshot's bytes on their way to its file: `add` and `end` give what is to be written now. */
export interface Compressor {
  add(bytes: Buffer): Promise<readonly Buffer[]>;
  end(): Promise<readonly Buffer[]>;
}

export function compressorFor(compression: SnapshotCompression): Compressor | null {
  if (compression === 'none') return null;
  return compression === 'gz' ? gzipCompressor() : snappyCompressor();
}

function gzipCompressor(): Compressor {
  const gzip = createGzip();
  let ready: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => ready.push(chunk));
  const taken = (): Buffer[] => {
    const chunks = ready;
    ready = [];
    return chunks;
  };
  return {
    async add(bytes) {
      await new Promise<void>((resolve, reject) =>
        gzip.write(bytes, (error) => (error ? reject(error) : resolve())),
      );
      return taken();
    },
    async end() {
      await new Promise<void>((resolve, reject) => {
        gzip.once('error', reject);
        gzip.once('end', resolve);
        gzip.end();
      });
      return taken();
    },
  };
}

function snappyCompressor(): Compressor {
  const writer = new SnappyWriter();
  return {
    add: (bytes) => Promise.resolve(writer.add(bytes)),
    end: () => Promise.resolve(writer.end()),
  };
}
