const pieceCharsMin = 16 << 10;

/**
 * An answer joined to pieces of at least 16 K characters, made as they are asked for: the caller writes one, and asks for
 * the next when the socket has room.
 */
export function* inPieces(parts: Iterable<string>): Generator<string, void, void> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < pieceCharsMin) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
