import 'server-only';
import { consoleHost } from '@/lib/config/host';

export interface DownloadOptions {
  /** Of the file that the browser saves; plain ASCII. */
  readonly name: string;
  readonly type: string;
}

/**
 * Text sent as a file while it is made, only as fast as the browser takes it; `gone` tells that it no longer does. A
 * failure on the way cuts the file off, which is all that can still be told.
 */
export function downloadOf(
  make: (emit: (text: string) => Promise<void>, gone: () => boolean) => Promise<void>,
  { name, type }: DownloadOptions,
): Response {
  const encoder = new TextEncoder();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  let gone = false;
  writer.closed.catch(() => (gone = true));
  void make(
    (text) => writer.write(encoder.encode(text)),
    () => gone,
  )
    .then(() => writer.close())
    .catch((error: unknown) => {
      if (gone) return;
      consoleHost().log.warn({ event: 'downloadCut', name, err: error }, 'a download was cut off');
      return writer.abort(error);
    })
    .catch(() => undefined);
  return new Response(readable, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}
