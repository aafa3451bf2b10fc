import type { ServerConfig } from '@/server/config/server-config';
import { PeerTls } from '@/server/transport/peer-tls';
import { TlsDoor } from '@/server/transport/tls-door';

/** What stands before the ports that clients and operators come to, where TLS is spoken there. */

interface DoorLog {
  info(sentence: string): void;
  /** Strangers cause these; limited. */
  warn(sentence: string): void;
}

export interface Doors {
  readonly clients: { readonly plain: TlsDoor | null; readonly secure: TlsDoor | null };
  readonly admin: TlsDoor | null;
  /** Handshakes of clients under way. */
  waiting(): number;
  close(): void;
}

/** `refused`: a client did not get in. Throws a CredentialsError where keys or certificates cannot be used. */
export function openDoors(config: ServerConfig, log: DoorLog, refused: () => void): Doors {
  const { clientTls, adminServer } = config;
  const spoken: PeerTls[] = [];
  const speak = (settings: ConstructorParameters<typeof PeerTls>[0]): PeerTls => {
    const tls = new PeerTls(settings, log);
    spoken.push(tls);
    return tls;
  };
  const ofClients = clientTls === null ? null : speak(clientTls.tls);
  const clientDoor = (plainFault: string | null): TlsDoor | null => {
    if (clientTls === null || ofClients === null) return null;
    const { tls, handshakesMax: waitingMax } = clientTls;
    const options = { timeoutMs: tls.handshakeDetectionTimeoutMs, plainFault, waitingMax };
    return new TlsDoor(ofClients.acceptor(), options, log, refused);
  };
  const plain = clientTls?.portUnification ? clientDoor(null) : null;
  const secure =
    (clientTls?.securePort ?? null) === null
      ? null
      : clientDoor('it does not speak TLS, which secureClientPort asks for');
  return {
    clients: { plain, secure },
    admin: adminDoor(adminServer?.tls ?? null, speak, log),
    waiting: () => (plain?.size ?? 0) + (secure?.size ?? 0),
    close() {
      for (const tls of spoken) tls.close();
    },
  };
}

function adminDoor(
  settings: NonNullable<ServerConfig['adminServer']>['tls'],
  speak: (config: ConstructorParameters<typeof PeerTls>[0]) => PeerTls,
  log: DoorLog,
): TlsDoor | null {
  if (settings === null) return null;
  const { config, plainToo } = settings;
  const plainFault = plainToo ? null : 'it does not speak TLS, which admin.forceHttps asks for';
  return new TlsDoor(
    speak(config).acceptor(),
    { timeoutMs: config.handshakeDetectionTimeoutMs, plainFault },
    log,
  );
}
