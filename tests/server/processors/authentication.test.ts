import { expect, test } from 'vitest';
import { errorCodes } from '@/lib/protocol/errors';
import { openAcl } from '@/lib/protocol/data';
import * as proto from '@/lib/protocol/proto';
import type { AuthSettings } from '@/server/processors/settings';
import { settings, Stage, type TestClient } from './stage';

/** What becomes of a connection whose client fails to say who it is, as settings have it. */

/** Takes one token for a proof of being `bob`, at the second step. */
const sasl = {
  begin() {
    let step = 0;
    return (token: Buffer) => {
      step += 1;
      if (step === 1) return { answer: Buffer.from('challenge'), user: null };
      return step === 2 && token.equals(Buffer.from('right'))
        ? { answer: Buffer.from('proof'), user: 'bob' }
        : { fault: 'it is wrong' };
    };
  },
};

function opened(auth: Partial<AuthSettings> = {}, mechanism: typeof sasl | null = sasl): TestClient {
  const schemes = new Set(['ip', 'digest', 'sasl']);
  const stage = new Stage({ auth: { ...settings.auth, schemes, ...auth }, sasl: mechanism });
  const client = stage.client();
  client.connect();
  stage.log.sync();
  client.takeRaw();
  return client;
}

function say(client: TestClient, token: string | null): [err: number, body: string] {
  const bytes = token === null ? null : Buffer.from(token);
  client.send('sasl', proto.saslRequest.encode({ token: bytes }));
  const [frame] = client.take();
  return [frame?.err ?? NaN, frame?.body.toString('latin1') ?? ''];
}

const none = '\xff\xff\xff\xff';
const idsOf = ({ client }: TestClient): string[] =>
  client.authInfo.map(({ scheme, id }) => `${scheme}:${id}`);

test('a proof makes the user, and a super user where it is one', () => {
  const client = opened({ saslSuperUsers: new Set(['bob']) });
  expect(say(client, '')).toEqual([0, '\0\0\0\x09challenge']);
  expect(say(client, 'right')).toEqual([0, '\0\0\0\x05proof']);
  expect(idsOf(client)).toEqual(['ip:127.0.0.1', 'sasl:bob', 'super:']);
  expect(client.ended).toBe(false);
});

test('a failure ends the connection, or leaves it as nobody where that is allowed and SASL is not enforced', () => {
  const strict = opened();
  say(strict, '');
  expect(say(strict, 'wrong')).toEqual([errorCodes.AUTHFAILED, none]);
  expect(strict.ended).toBe(true);
  const lenient = opened({ allowSaslFailedClients: true });
  say(lenient, '');
  expect(say(lenient, 'wrong')).toEqual([0, none]);
  expect(lenient.ended).toBe(false);
  expect(idsOf(lenient)).toEqual(['ip:127.0.0.1']);
  const enforced = opened({ allowSaslFailedClients: true, enforcedSchemes: new Set(['sasl']) });
  say(enforced, '');
  expect(say(enforced, 'wrong')).toEqual([errorCodes.SESSIONCLOSEDREQUIRESASLAUTH, none]);
  expect(enforced.ended).toBe(true);
});

test('where no SASL is configured the answer is an empty token; a request without a token is closed', () => {
  const client = opened({}, null);
  expect(say(client, 'anything')).toEqual([0, none]);
  expect(client.dropped).toBeNull();
  say(client, null);
  expect(client.dropped).toBe('a SASL request has no token');
});

test('one of the enforced schemes is enough, and before it nothing is written', () => {
  const client = opened({ enforcedSchemes: new Set(['digest', 'sasl']) });
  const create = proto.createRequest.encode({ path: '/a', data: null, acl: [...openAcl], flags: 0 });
  client.send('auth', proto.authPacket.encode({ type: 0, scheme: 'digest', auth: Buffer.from('u:p') }), -4);
  expect(client.take()).toMatchObject([{ err: 0 }]);
  client.send('exists', proto.existsRequest.encode({ path: '/a', watch: false }));
  expect(client.take()).toMatchObject([{ err: errorCodes.NONODE }]);
  const nobody = opened({ enforcedSchemes: new Set(['digest', 'sasl']) });
  nobody.send('create', create);
  expect(nobody.take()).toMatchObject([{ err: errorCodes.SESSIONCLOSEDREQUIRESASLAUTH, zxid: 0n }]);
  expect(nobody.ended).toBe(true);
  expect(nobody.client.writesTaken).toBe(1);
});
