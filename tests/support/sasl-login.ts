import { JuteReader } from '@/lib/jute/reader';
import { replyHeader, saslResponse } from '@/lib/protocol/proto';
import { clientService, DigestClient } from '@/lib/sasl/digest-md5';
import type { Stage } from './stage';

/** SASL DIGEST-MD5 as a client on a stage speaks it. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

function tokenOf(reply: Buffer | null): Buffer {
  const reader = new JuteReader(reply!);
  replyHeader.read(reader);
  return saslResponse.read(reader).token ?? Buffer.alloc(0);
}

/** The whole exchange of a client; what is sent is told in words, as it differs from run to run. */
export async function saslLogin(s: Stage, name: string, login: Login): Promise<void> {
  const client = new DigestClient(login, clientService);
  const challenge = tokenOf(await s.call(name, 'sasl', { token: Buffer.alloc(0) }));
  const response = client.respond(challenge)!;
  const last = await s.call(name, 'sasl', { token: response });
  if (last !== null && last.readInt32BE(12) === 0) s.say(`proven: ${client.isProven(tokenOf(last))}`);
}
