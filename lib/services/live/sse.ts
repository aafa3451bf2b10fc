import 'server-only';
import type { ClusterSettings } from '@/lib/config/settings';
import { liveHub } from './feeds';
import type { LiveStream, StreamSink } from './stream';

/** Bytes that may wait in one response before its browser counts as slow. */
const unreadBytesMax = 65_536;

/** The response of GET /events: server-sent events until either side ends it. */
export function eventStream(
  cluster: ClusterSettings,
  request: Request,
  lastEventId: string | null,
): Response {
  const encoder = new TextEncoder();
  let stream: LiveStream | null = null;
  let sink: StreamSink | null = null;
  let open = true;
  const detach = () => {
    if (sink !== null) stream?.detach(sink);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        sink = {
          ready: () => open && (controller.desiredSize ?? 0) > 0,
          write: (text) => {
            if (open) controller.enqueue(encoder.encode(text));
          },
          close: () => {
            if (open) controller.close();
            open = false;
          },
        };
        request.signal.addEventListener('abort', detach, { once: true });
        stream = liveHub(cluster).open(sink, lastEventId);
      },
      pull() {
        stream?.drain();
      },
      cancel() {
        // The response is already over: closing it again would be an error.
        open = false;
        detach();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: unreadBytesMax }),
  );
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // No proxy may keep, change or hold back the stream.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
