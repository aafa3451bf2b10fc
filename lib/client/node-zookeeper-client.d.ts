/** The parts of node-zookeeper-client that this project builds on; the package itself has no types. */

declare module 'node-zookeeper-client' {
  import type { EventEmitter } from 'node:events';
  import type ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';

  interface PackageClient extends EventEmitter {
    connectionManager: ConnectionManager;
    connect(): void;
    close(): void;
    addAuthInfo(scheme: string, auth: Buffer): void;
    onConnectionManagerState(state: number): void;
  }

  /** Makes a client; it dials nothing before `connect()`. */
  export function createClient(connectionString: string, options?: object): PackageClient;
  const api: { createClient: typeof createClient };
  export default api;
}

declare module 'node-zookeeper-client/lib/ConnectionManager.js' {
  import { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** What goes out: `header` is null for the connect request alone; `toBuffer` gives the whole frame. */
  export interface OutgoingRequest {
    readonly header: { xid: number; readonly type: number } | null;
    readonly payload: { setChrootPath(path: string): void } | null;
    toBuffer(): Buffer;
  }

  export interface Packet {
    readonly request: OutgoingRequest;
    readonly callback: (error: Error | null, response?: unknown) => void;
  }

  interface PacketQueue extends EventEmitter {
    queue: Packet[];
    push(packet: Packet): void;
    shift(): Packet | undefined;
  }

  export interface ConnectionStates {
    readonly DISCONNECTED: number;
    readonly CONNECTING: number;
    readonly CONNECTED: number;
    readonly CONNECTED_READ_ONLY: number;
    readonly CLOSING: number;
    readonly CLOSED: number;
    readonly SESSION_EXPIRED: number;
    readonly AUTHENTICATION_FAILED: number;
  }

  export default class ConnectionManager extends EventEmitter {
    static readonly STATES: ConnectionStates;
    constructor(connectionString: string, options: object, stateListener: (state: number) => void);
    servers: { host: string; port: number }[];
    chrootPath: string | undefined;
    nextServerIndex: number;
    state: number;
    xid: number;
    sessionId: Buffer;
    sessionPassword: Buffer;
    sessionTimeout: number;
    pingTimeout: number;
    credentials: { scheme: string; auth: Buffer }[];
    pendingBuffer: Buffer | null;
    packetQueue: PacketQueue;
    pendingQueue: Packet[];
    socket: Socket | undefined;
    updateTimeout(sessionTimeoutMs: number): void;
    setState(state: number): void;
    connect(): void;
    close(): void;
    queue(request: OutgoingRequest, callback?: Packet['callback']): void;
    addAuthInfo(scheme: string, auth: Buffer): void;
    onSocketConnected(): void;
    onSocketData(chunk: Buffer): void;
    onSocketClosed(hadError: boolean): void;
    onSocketError(error: Error): void;
    onPacketQueueReadable(): void;
  }
}
