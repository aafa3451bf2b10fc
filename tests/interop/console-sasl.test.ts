import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as acl from '@/app/api/clusters/[cluster]/acl/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as clusters from '@/app/api/clusters/route';
import { Secret } from '@/lib/config/secret';
import type { ClusterView } from '@/lib/api/clusters';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { serverJaasText } from '../support/jaas';
import { memberKinds, startMember, type Member } from '../support/member';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';

/** The console's session by SASL DIGEST-MD5: who it is then, and what it says where that is refused or missing. */

const password = 'se"cret, of bob';
let home: string;
beforeAll(async () => {
  home = await tempDir('console-sasl');
});
afterAll(() => removeDir(home));

describe.each(memberKinds)('on %s', (kind) => {
  /** One that serves whoever authenticates and one that has no SASL at all. */
  let strict: Member;
  let without: Member;
  let host: ServicesHost;

  beforeAll(async () => {
    const jaas = path.join(home, `${kind}.conf`);
    await writeFile(jaas, serverJaasText({ bob: password }));
    [strict, without] = await Promise.all([
      startMember(kind, {
        config: {
          'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
          sessionRequireClientSASLAuth: true,
        },
        flags: [`-Djava.security.auth.login.config=${jaas}`],
      }),
      startMember(kind),
    ]);
    const as = (text: string) => ({ sasl: { username: 'bob', password: new Secret(text) } });
    host = startServices([
      cluster(`${kind}-bob`, [strict.port], as(password)),
      cluster(`${kind}-wrong`, [strict.port], as('another')),
      cluster(`${kind}-nobody`, [strict.port]),
      cluster(`${kind}-in-vain`, [without.port], as(password)),
    ]);
  });
  afterAll(async () => {
    await host?.stop();
    await Promise.all([strict, without].map((member) => member?.stop()));
  });

  const read = (id: string, at: string) =>
    callRoute(node.GET, 'GET', `${kind}-${id}`, { query: { path: at } });
  const viewOf = async (id: string): Promise<ClusterView> => {
    const { body } = await callRoute(clusters.GET, 'GET', '');
    expect(JSON.stringify(body)).not.toMatch(/se\\*"cret|another/);
    return body.clusters.find((view: ClusterView) => view.id === `${kind}-${id}`);
  };

  test('it is the user whose password it proves, and browsers learn the name alone', async () => {
    const entry = { scheme: 'auth', id: '', permissions: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'] };
    const created = await callRoute(node.POST, 'POST', `${kind}-bob`, {
      body: { path: '/of-bob', data: null, mode: 'persistent', acl: [entry] },
    });
    expect(created.status).toBe(200);
    expect((await read('bob', '/of-bob')).body.acl).toEqual([{ ...entry, scheme: 'sasl', id: 'bob' }]);
    expect(await viewOf('bob')).toMatchObject({
      authSchemes: ['sasl'],
      saslUser: 'bob',
      session: { state: 'connected' },
    });
  });

  test('an ACL for that user alone locks nobody out, one for another user does', async () => {
    await callRoute(node.POST, 'POST', `${kind}-bob`, {
      body: { path: '/acl', data: null, mode: 'persistent', acl: null },
    });
    const put = (id: string) =>
      callRoute(acl.PUT, 'PUT', `${kind}-bob`, {
        body: { path: '/acl', acl: [{ scheme: 'sasl', id, permissions: ['READ', 'ADMIN'] }], aversion: 0 },
      });
    expect(await put('ann')).toMatchObject({ status: 409, body: { error: { code: 'LOCKOUT' } } });
    expect((await put('bob')).status).toBe(200);
  });

  test.each([
    ['wrong', 'a wrong password', /refused the SASL user or password/],
    ['nobody', 'no login where one is required', /serves only clients that authenticate as it asks/],
    ['in-vain', 'a login where the member knows none', /does not authenticate by SASL/],
  ])('%s: %s is told, with what it is about, and no member is hammered', async (id, _what, words) => {
    const refused = await read(id, '/');
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'DISCONNECTED' } } });
    expect(refused.body.error.message).toMatch(/^The members refuse the console's credentials/);
    expect(refused.body.error.message).toMatch(words);
    expect(refused.body.error.message).not.toContain('another');
    const session = await until('it is shown', async () => {
      const view = await viewOf(id);
      return view.session.state === 'authFailed' ? view.session : undefined;
    });
    expect(session.fault).toMatch(words);
    expect(session.nextAttemptAt! - Date.now()).toBeGreaterThan(10_000);
  });
});
