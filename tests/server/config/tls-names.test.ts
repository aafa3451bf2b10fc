import { getCiphers } from 'node:tls';
import { expect, test } from 'vitest';
import { Faults } from '@/server/config/faults';
import { tlsCiphers, tlsVersions } from '@/server/config/tls-names';

/** Java's names in zoo.cfg, OpenSSL's names in Node. */

test.each([
  ['TLSv1.2', null, ['TLSv1.2']],
  ['TLSv1.3', '', ['TLSv1.3']],
  ['TLS', null, ['TLSv1.2', 'TLSv1.3']],
  ['TLSv1.2', 'TLSv1.3, TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
] as const)('protocol %s with enabledProtocols %j speaks %j', (protocol, enabled, spoken) => {
  const faults = new Faults();
  expect(tlsVersions('ssl.quorum.', protocol, enabled, faults)).toEqual(spoken);
  expect(faults.list).toEqual([]);
});

test('a version that is too old is refused by name', () => {
  const faults = new Faults();
  tlsVersions('ssl.quorum.', 'TLSv1.2', 'TLSv1.2,TLSv1.1', faults);
  tlsVersions('ssl.', 'SSLv3', null, faults);
  expect(faults.list).toEqual([
    'ssl.quorum.enabledProtocols=TLSv1.2,TLSv1.1: TLSv1.1 is not served; use TLSv1.2 or TLSv1.3.',
    'ssl.protocol=SSLv3: SSLv3 is not served; use TLSv1.2 or TLSv1.3.',
  ]);
});

test("every suite of Apache's own list has a name here", () => {
  // X509Util's default list on Java 9 and later.
  const names = ['GCM_SHA256', 'GCM_SHA384', 'CBC_SHA256', 'CBC_SHA384', 'CBC_SHA'].flatMap((end) =>
    ['ECDSA', 'RSA'].map((auth) => `TLS_ECDHE_${auth}_WITH_AES_${end.endsWith('384') ? 256 : 128}_${end}`),
  );
  const others = [
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_RSA_WITH_AES_256_CBC_SHA',
    'TLS_AES_256_GCM_SHA384',
  ];
  const faults = new Faults();
  const spoken = tlsCiphers('ssl.', [...names, ...others].join(','), faults);
  expect(faults.list).toEqual([]);
  expect(spoken).toContain('ECDHE-RSA-AES128-GCM-SHA256');
  expect(spoken).toContain('AES256-SHA');
  expect(spoken?.every((name) => getCiphers().includes(name.toLowerCase()))).toBe(true);
});

test('an unknown suite is a fault', () => {
  const faults = new Faults();
  tlsCiphers('ssl.quorum.', 'TLS_ROT13', faults);
  expect(faults.list).toEqual(["ssl.quorum.ciphersuites: TLS_ROT13 is not known to this server's TLS."]);
});
