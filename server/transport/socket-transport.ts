import net, { type Server, type Socket } from 'node:net';
import type { QuorumSaslConfig, QuorumTlsConfig } from '@/server/config/ensemble-config';
import { PeerAuth } from './peer-auth';
import { PeerTls } from './peer-tls';
import { TlsDoor } from './tls-door';
import type { Address, Attempt, PeerTransport, Verdict } from './transport';

/**
 * The transport over TCP: as it is, or with TLS, or either with port unification.
 */

export interface TransportLog {
  info(sentence: string): void;
  warn(sentence: string): void;
}

export interface TransportSettings {
  readonly keepAlive: boolean;
  /** Listens at the ports of the addresses on every interface (quorumListenOnAllIPs). */
  readonly listensOnAllIps: boolean;
  /** How long one of several addresses may take before the next is tried; null shares the time out evenly. */
  readonly patienceMs: number | null;
  readonly tls: QuorumTlsConfig;
  readonly sasl: QuorumSaslConfig | null;
  /** How long members may take to authenticate. */
  readonly authTimeoutMs: number;
}

export class SocketTransport implements PeerTransport {
  /** null where TLS is neither spoken nor understood. */
  private readonly tls: PeerTls | null;
  private readonly auth: PeerAuth | null;
  private readonly settings: QuorumTlsConfig;

  /** Throws a CredentialsError where certificates or passwords cannot be used. */
  constructor(
    private readonly options: TransportSettings,
    private readonly log: TransportLog,
  ) {
    const { tls: settings, sasl, authTimeoutMs } = options;
    this.settings = settings;
    this.auth = sasl === null ? null : new PeerAuth(sasl, authTimeoutMs);
    this.tls = settings.sslQuorum || settings.portUnification ? new PeerTls(settings, log) : null;
  }

  connect<To extends Address>(
    addresses: readonly To[],
    timeoutMs: number,
    connected: (socket: Socket, address: To) => void,
    failed: (reason: string) => void,
  ): Attempt {
    let socket: Socket | null = null;
    let left = addresses;
    let isOver = false;
    let patience: NodeJS.Timeout | undefined;
    const deadlineMs = performance.now() + timeoutMs;
    const end = (): boolean => {
      clearTimeout(deadline);
      clearTimeout(patience);
      return !isOver && (isOver = true);
    };
    const deadline = setTimeout(() => stop(`no answer within ${timeoutMs} ms`), timeoutMs);
    const stop = (reason: string): void => {
      if (!end()) return;
      socket?.destroy();
      failed(reason);
    };
    const next = (reason: string): void => {
      clearTimeout(patience);
      const [address, ...others] = left;
      left = others;
      if (isOver) return;
      if (address === undefined) return stop(reason);
      const ready = (open: Socket): void => (end() ? connected(open, address) : void open.destroy());
      const dialled = this.dial(address, ready, (why) => socket === dialled && next(why));
      socket = dialled;
      if (others.length === 0) return;
      const waitMs =
        this.options.patienceMs ?? Math.max((deadlineMs - performance.now()) / (others.length + 1), 1);
      patience = setTimeout(() => {
        socket = null;
        dialled.destroy();
        next(`no answer from ${address.host} within ${Math.round(waitMs)} ms`);
      }, waitMs);
    };
    next('there is no address');
    return {
      cancel() {
        if (end()) socket?.destroy();
      },
    };
  }

  /** One of the two events follows; nothing is heard of errors after either. */
  private dial(
    { host, port }: Address,
    ready: (socket: Socket) => void,
    failed: (reason: string) => void,
  ): Socket {
    const socket = net.connect({ host, port, noDelay: true, keepAlive: this.options.keepAlive });
    const refused = (error: Error): void => failed(error.message);
    socket.once('error', refused);
    socket.once('connect', () => {
      socket.off('error', refused);
      const { tls } = this;
      if (tls === null || !this.settings.sslQuorum) return ready(socket);
      socket.on('error', () => {});
      tls.dial(socket, host, ready, (reason) => {
        this.log.warn(`The server dialled at ${host}:${port} is not believed: ${reason}.`);
        failed(reason);
      });
    });
    return socket;
  }

  listen(
    addresses: readonly Address[],
    accepted: (socket: Socket) => void,
    failed: (error: Error) => void,
  ): { close(): void } {
    const door = this.tls === null ? null : this.door(this.tls);
    const options = { noDelay: true, keepAlive: this.options.keepAlive };
    const take = door === null ? accepted : (socket: Socket) => door.take(socket, accepted);
    const servers = this.places(addresses).map((place): Server => {
      const server = net.createServer(options, take);
      server.on('error', failed);
      server.listen(place);
      return server;
    });
    return {
      close() {
        for (const server of servers) server.close();
        door?.close();
      },
    };
  }

  private door(tls: PeerTls): TlsDoor {
    const { handshakeDetectionTimeoutMs: timeoutMs, portUnification } = this.settings;
    const plainFault = portUnification ? null : 'it does not speak TLS, which sslQuorum asks for';
    return new TlsDoor(tls.acceptor(), { timeoutMs, plainFault }, this.log);
  }

  private places(addresses: readonly Address[]): { readonly host?: string; readonly port: number }[] {
    if (!this.options.listensOnAllIps) return addresses.map(({ host, port }) => ({ host, port }));
    return [...new Set(addresses.map(({ port }) => port))].map((port) => ({ port }));
  }

  prove(socket: Socket, verdict: Verdict): void {
    if (this.auth === null) verdict.passed();
    else this.auth.prove(socket, verdict);
  }

  verify(socket: Socket, verdict: Verdict): void {
    if (this.auth === null) verdict.passed();
    else this.auth.verify(socket, verdict);
  }

  close(): void {
    this.tls?.close();
  }
}
