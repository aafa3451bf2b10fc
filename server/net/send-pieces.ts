import type { Writable } from 'node:stream';

/**
 * Writes an answer as fast as its reader takes it, others being served between its pieces; resolves with whether the other
 * side stayed to the end. Pieces are asked for one by one.
 */
export async function sendPieces(out: Writable, pieces: Iterable<string>): Promise<boolean> {
  for (const piece of pieces) {
    await sendPiece(out, piece);
    if (out.destroyed) return false;
  }
  return true;
}

/** Resolves when the next piece may be written, or never can. */
function sendPiece(out: Writable, piece: string): Promise<void> {
  return new Promise((resolve) => {
    if (out.write(piece)) return void setImmediate(resolve);
    const go = (): void => {
      out.off('drain', go).off('close', go);
      resolve();
    };
    out.on('drain', go).on('close', go);
  });
}
