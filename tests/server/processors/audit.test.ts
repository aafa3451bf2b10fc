import { expect, test } from 'vitest';
import type { Id } from '@/lib/protocol/data';
import { Access } from '@/server/processors/access';
import { Audit } from '@/server/processors/audit';
import { Stage, settings, type TestClient } from './stage';

/** A stage whose audit log is a list, and a client of it with these ids. */
function audited(): { readonly told: string[]; clientWith: (...ids: Id[]) => TestClient; stage: Stage } {
  const told: string[] = [];
  const schemes = new Set(['ip', 'digest', 'sasl', 'x509']);
  const { userOf } = new Access({ ...settings, auth: { ...settings.auth, schemes } });
  const sink = { write: (event: string) => void told.push(event) };
  const stage = new Stage({ audit: new Audit(sink, userOf, 'server') });
  const clientWith = (...ids: Id[]): TestClient => {
    const client = stage.session();
    client.client.authInfo = ids;
    return client;
  };
  return { told, clientWith, stage };
}

const users = (told: readonly string[]): (string | undefined)[] =>
  told.map((event) => /\tuser=([^\t]*)/.exec(event)?.[1]);

test('users are those of the ids, without passwords, as whoAmI has them', () => {
  const { told, clientWith } = audited();
  const ip = { scheme: 'ip', id: '10.0.0.7' };
  const certificate = { scheme: 'x509', id: 'CN=bob,O=us' };
  const create = (path: string, ...ids: Id[]): void => {
    const client = clientWith(...ids);
    client.create(path);
    client.answer();
  };
  create('/digest', ip, { scheme: 'digest', id: 'ann:aGFzaA==' });
  create('/sasl', ip, { scheme: 'sasl', id: 'bob' });
  create('/x509', certificate, ip);
  create('/super', ip, { scheme: 'super', id: '' });
  create('/nobody');
  expect(users(told)).toEqual([
    '10.0.0.7,ann',
    '10.0.0.7,bob',
    'CN=bob,O=us,10.0.0.7',
    '10.0.0.7',
    undefined,
  ]);
});

test('users are those of the request, also where the connection gained one before it was done', () => {
  const { told, clientWith, stage } = audited();
  const client = clientWith({ scheme: 'ip', id: '10.0.0.7' });
  client.create('/early');
  client.client.authInfo = [{ scheme: 'sasl', id: 'bob' }];
  stage.log.sync();
  expect(users(told)).toEqual(['10.0.0.7']);
});

test('nothing is told before it is on disk, and a write is told although its client has left', () => {
  const { told, clientWith, stage } = audited();
  const client = clientWith({ scheme: 'ip', id: '10.0.0.7' });
  client.create('/kept');
  client.drop('the test says so');
  expect(told).toEqual([]);
  stage.log.sync();
  expect(told).toEqual([
    expect.stringMatching(
      /^session=0x[0-9a-f]+\tuser=10.0.0.7\tip=127.0.0.1\toperation=create\tznode=\/kept\t/,
    ),
  ]);
});
