import 'server-only';

export interface DownloadOptions {
  /** Of the file that the browser saves; plain ASCII. */
  readonly name: string;
  readonly type: string;
}

/** Lines sent as a file while they are made, only as fast as the browser takes them. */
export function downloadOf(
  lines: Iterable<string> | AsyncIterable<string>,
  { name, type }: DownloadOptions,
): Response {
  const encoder = new TextEncoder();
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}
