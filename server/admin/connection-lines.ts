import { javaHex } from './java-text';
import type { ConnectionView } from './server-view';

/** `/127.0.0.1:41812`, and IPv6 as Java prints it: in full, without brackets. */
export function peerAddress(connection: ConnectionView): string {
  return `/${connection.remoteAddress}:${connection.remotePort}`;
}

/** The line of `stat`. */
export function briefConnection(connection: ConnectionView): string {
  const { interestOps, outstandingRequests, packetsReceived, packetsSent } = connection;
  return ` ${peerAddress(connection)}[${interestOps.toString(16)}](queued=${outstandingRequests},recved=${packetsReceived},sent=${packetsSent})\n`;
}

/** The line of `cons`; what concerns the session is there only once it is set up. */
export function fullConnection(connection: ConnectionView): string {
  const brief = briefConnection(connection);
  if (connection.sessionId === 0n) return brief;
  const fields = [
    `sid=${javaHex(connection.sessionId)}`,
    `lop=${connection.lastOperation}`,
    `est=${Math.floor(connection.establishedMs)}`,
    `to=${connection.sessionTimeoutMs}`,
    ...(connection.lastCxid < 0 ? [] : [`lcxid=0x${connection.lastCxid.toString(16)}`]),
    `lzxid=${javaHex(connection.lastZxid)}`,
    `lresp=${Math.floor(connection.lastResponseTimeMs)}`,
    `llat=${connection.lastLatencyMs}`,
    `minlat=${connection.minLatencyMs}`,
    `avglat=${Math.floor(connection.avgLatencyMs)}`,
    `maxlat=${connection.maxLatencyMs}`,
  ];
  return `${brief.slice(0, -2)},${fields.join(',')})\n`;
}
