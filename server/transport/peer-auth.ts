import type { Socket } from 'node:net';
import { DigestClient, DigestServer, quorumService, type Login } from '@/lib/sasl/digest-md5';
import type { QuorumSaslConfig } from '@/server/config/ensemble-config';
import {
  authPacket,
  authStatus,
  isAuthPacket,
  magicBytes,
  readAuthPacket,
  type AuthPacket,
} from './auth-packet';
import { loginOf, serverUsers } from './jaas';
import type { Verdict } from './transport';

/**
 * Members prove to each other that they know a password (Apache's SaslQuorumAuthLearner and SaslQuorumAuthServer). The one
 * that dialled begins with an empty token; the other sends the challenge. `learnerRequireSasl` makes a member do so when it
 * dials, `serverRequireSasl` makes it turn away those that do not; without it both kinds are let in, as an upgrade needs.
 */

export class PeerAuth {
  private readonly login: Login;
  private readonly users: ReadonlyMap<string, string>;

  /** Throws a CredentialsError. */
  constructor(
    private readonly settings: QuorumSaslConfig,
    private readonly timeoutMs: number,
  ) {
    const { loginConfigFile, serverLoginContext, learnerLoginContext } = settings;
    this.users = serverUsers(loginConfigFile, serverLoginContext);
    this.login = loginOf(loginConfigFile, learnerLoginContext);
  }

  /** On a connection that was dialled. */
  prove(socket: Socket, verdict: Verdict): void {
    if (!this.settings.learnerRequireSasl) return verdict.passed();
    const client = new DigestClient(this.login, quorumService);
    let hasResponded = false;
    converse(socket, this.timeoutMs, verdict, {
      start: authPacket(authStatus.inProgress, Buffer.alloc(0)),
      heard({ status, token }) {
        if (status === authStatus.error) return { fault: 'it refuses the user or the password' };
        if (status === authStatus.success)
          return client.isProven(token) ? 'passed' : { fault: 'it does not know the password itself' };
        const response = hasResponded ? null : client.respond(token);
        hasResponded = true;
        if (response === null) return { fault: 'its challenge cannot be answered' };
        return { send: authPacket(authStatus.inProgress, response) };
      },
    });
  }

  /** On a connection that was accepted. */
  verify(socket: Socket, verdict: Verdict): void {
    const server = new DigestServer(this.users, quorumService);
    const isRequired = this.settings.serverRequireSasl;
    let isChallenged = false;
    converse(socket, this.timeoutMs, verdict, {
      silent: () =>
        isRequired ? { fault: 'it does not authenticate, which serverRequireSasl asks for' } : 'passed',
      heard({ token }) {
        if (!isChallenged) {
          isChallenged = true;
          return { send: authPacket(authStatus.inProgress, server.challenge()) };
        }
        const judged = server.judge(token);
        if ('fault' in judged)
          return { fault: judged.fault, send: authPacket(authStatus.error, Buffer.alloc(0)) };
        socket.write(authPacket(authStatus.success, judged.answer));
        return 'passed';
      },
    });
  }
}

type Move = 'passed' | { readonly send: Buffer } | { readonly fault: string; readonly send?: Buffer };

interface Party {
  readonly start?: Buffer;
  /** Where the first bytes are no authentication; without it they are a fault. */
  readonly silent?: () => Move;
  heard(packet: AuthPacket): Move;
}

/** Runs one exchange: packets in, moves out, within the time. */
function converse(socket: Socket, timeoutMs: number, verdict: Verdict, party: Party): void {
  let bytes: Buffer = Buffer.alloc(0);
  let isFirst = true;
  const over = (): void => {
    clearTimeout(timer);
    socket.pause();
    socket.off('data', read).off('close', hungUp);
  };
  const fail = (reason: string): void => {
    over();
    verdict.failed(reason);
  };
  const hungUp = (): void => fail('it hung up while it was to authenticate');
  const timer = setTimeout(() => fail(`it did not authenticate within ${timeoutMs} ms`), timeoutMs);
  const pass = (): void => {
    over();
    if (bytes.length > 0) socket.unshift(bytes);
    verdict.passed();
  };
  const nextMove = (): Move | null => {
    if (isFirst && party.silent !== undefined) {
      if (bytes.length < magicBytes) return null;
      if (!isAuthPacket(bytes)) return party.silent();
    }
    const packet = readAuthPacket(bytes);
    if (packet === null) return null;
    if (typeof packet === 'string') return { fault: packet };
    isFirst = false;
    bytes = bytes.subarray(packet.bytes);
    return party.heard(packet);
  };
  const read = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let move = nextMove(); move !== null; move = nextMove()) {
      if (move === 'passed') return pass();
      if (move.send !== undefined) socket.write(move.send);
      if ('fault' in move) return fail(move.fault);
    }
  };
  socket.on('data', read);
  socket.on('close', hungUp);
  socket.on('error', () => {});
  if (party.start !== undefined) socket.write(party.start);
  socket.resume();
}
