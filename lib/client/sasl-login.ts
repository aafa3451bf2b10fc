import type { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import { saslRequest, saslResponse } from '@/lib/protocol/proto';
import { clientService, DigestClient, type Login } from '@/lib/sasl/digest-md5';
import { frameOf } from './protocol-request';

/** Requests of a session begin with 1, so that nothing else is answered with it. */
const saslXid = 0;

const tokenFrame = (token: Buffer): Buffer => frameOf(saslXid, ops.sasl.code, saslRequest.encode({ token }));

/** One connection's SASL exchange, before anything else is asked on it: an empty token, the response, the member's proof. */
export class SaslLogin {
  private readonly client: DigestClient;
  private hasResponded = false;

  constructor(login: Login) {
    this.client = new DigestClient(login, clientService);
  }

  /** The first frame. */
  start(): Buffer {
    return tokenFrame(Buffer.alloc(0));
  }

  /** What follows on an answer; a fault is to stand behind the member's name. */
  heard(err: number, body: JuteReader): 'passed' | { readonly send: Buffer } | { readonly fault: string } {
    if (err !== 0) return { fault: 'refused the SASL user or password' };
    const { token } = saslResponse.read(body);
    if (token === null) return { fault: 'does not authenticate by SASL' };
    if (this.hasResponded)
      return this.client.isProven(token) ? 'passed' : { fault: 'does not know the SASL password itself' };
    this.hasResponded = true;
    const response = this.client.respond(token);
    return response === null ? { fault: 'sent no DIGEST-MD5 challenge' } : { send: tokenFrame(response) };
  }
}
