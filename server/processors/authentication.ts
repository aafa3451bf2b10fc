import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import type { Id } from '@/lib/protocol/data';
import { errorCodes } from '@/lib/protocol/errors';
import { authPacket, saslRequest } from '@/lib/protocol/proto';
import type { RecordCodec } from '@/lib/jute/codec';
import type { Access } from './access';
import { beginReply, countAnswer, endConnection, endReply, type Client } from './client';
import type { PipelineMeter } from './meter';
import type { AuthSettings, SaslMechanism } from './settings';

/**
 * Requests by which a connection says who it is (Apache's ZooKeeperServer.processPacket and AuthenticationHelper). They are
 * answered at once, ahead of what is in flight and with zxid 0; a failure ends the connection behind its answer.
 */
export class Authentication {
  constructor(
    private readonly access: Access,
    private readonly settings: AuthSettings,
    /** null where no SASL is configured. */
    private readonly mechanism: SaslMechanism | null,
    private readonly meter: PipelineMeter,
  ) {}

  /** Whether connections must be somebody before they may ask for anything, pings included. */
  get isEnforced(): boolean {
    return this.settings.enforcedSchemes !== null;
  }

  /** Where it is enforced and the connection is nobody: says so, and ends it. */
  turnsAway(client: Client, xid: number): boolean {
    const { enforcedSchemes } = this.settings;
    if (enforcedSchemes === null || client.authInfo.some(({ scheme }) => enforcedSchemes.has(scheme)))
      return false;
    this.fail(client, xid, errorCodes.SESSIONCLOSEDREQUIRESASLAUTH, false);
    return true;
  }

  certify(client: Client): void {
    if (client.subject !== null) addIds(client, this.access.certified(client.subject));
  }

  auth(client: Client, xid: number, bytes: Buffer, start: number, end: number): void {
    const packet = decoded(client, authPacket, bytes, start, end);
    if (packet === null) return;
    const { remoteAddress, subject } = client;
    const gained = this.access.authenticate(packet.scheme, packet.auth, remoteAddress, subject);
    if (gained === null) {
      this.meter.authFailed();
      return this.fail(client, xid, errorCodes.AUTHFAILED, false);
    }
    const writer = client.io.output();
    endReply(writer, beginReply(writer, xid, 0, 0, errorCodes.OK));
    countAnswer(client, this.meter);
    addIds(client, gained);
  }

  /** Without SASL here the answer is an empty token, on which clients go on without it. */
  sasl(client: Client, xid: number, bytes: Buffer, start: number, end: number): void {
    const request = decoded(client, saslRequest, bytes, start, end);
    if (request === null) return;
    if (request.token === null) return client.io.drop('a SASL request has no token');
    if (this.mechanism === null) return this.answerToken(client, xid, null);
    client.saslExchange ??= this.mechanism.begin();
    const move = client.saslExchange(request.token);
    if ('answer' in move) {
      if (move.user !== null) addIds(client, this.access.saslIds(move.user));
      return this.answerToken(client, xid, move.answer);
    }
    this.meter.authFailed();
    const isRequired = this.settings.enforcedSchemes?.has('sasl') ?? false;
    if (this.settings.allowSaslFailedClients && !isRequired) return this.answerToken(client, xid, null);
    const err = isRequired ? errorCodes.SESSIONCLOSEDREQUIRESASLAUTH : errorCodes.AUTHFAILED;
    this.fail(client, xid, err, true);
  }

  private answerToken(client: Client, xid: number, token: Buffer | null): void {
    const writer = client.io.output();
    const start = beginReply(writer, xid, 0, 0, errorCodes.OK);
    writer.buffer(token);
    endReply(writer, start);
    countAnswer(client, this.meter);
  }

  /** `withToken`: a SASL answer has one, empty, in failure too. */
  private fail(client: Client, xid: number, err: number, withToken: boolean): void {
    const writer = client.io.output();
    const start = beginReply(writer, xid, 0, 0, err);
    if (withToken) writer.buffer(null);
    endReply(writer, start);
    countAnswer(client, this.meter);
    endConnection(client);
  }
}

function addIds(client: Client, gained: readonly Id[]): void {
  const known = client.authInfo;
  const fresh = gained.filter((id) => !known.some((one) => one.scheme === id.scheme && one.id === id.id));
  client.authInfo = [...known, ...fresh];
}

/** null where it does not decode; the connection is closed then. */
function decoded<Body>(
  client: Client,
  codec: RecordCodec<Body>,
  bytes: Buffer,
  start: number,
  end: number,
): Body | null {
  try {
    return codec.read(new JuteReader(bytes, start, end));
  } catch (error) {
    if (!(error instanceof JuteError)) throw error;
    client.io.drop(error.message);
    return null;
  }
}
