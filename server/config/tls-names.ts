import { getCiphers } from 'node:tls';
import type { TlsPrefix, TlsVersion } from './ensemble-config';
import type { Faults } from './faults';

/** Java's names of TLS versions and cipher suites, as zoo.cfg has them, and what OpenSSL calls the same things. */

const versions: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];

const listOf = (value: string): readonly string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** The versions to speak, lowest first: those that are enabled, else the one that `protocol` names (TLS names all). */
export function tlsVersions(
  prefix: TlsPrefix,
  protocol: string,
  enabled: string | null,
  faults: Faults,
): readonly TlsVersion[] {
  const listed = listOf(enabled ?? '');
  const names = listed.length > 0 ? listed : protocol === 'TLS' ? versions : [protocol];
  const key = `${prefix}${listed.length > 0 ? 'enabledProtocols' : 'protocol'}`;
  for (const name of names) {
    if (!versions.some((version) => version === name))
      faults.add(`${key}=${enabled ?? protocol}: ${name} is not served; use ${versions.join(' or ')}.`);
  }
  const spoken = versions.filter((version) => names.includes(version));
  return spoken.length > 0 ? spoken : versions;
}

/** `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256` is `ECDHE-RSA-AES128-SHA256`; the names of TLS 1.3 are the same in both. */
function cipherName(javaName: string): string {
  return javaName
    .replace(/^(?:TLS|SSL)_(?:RSA_WITH_)?/, '')
    .replace('_WITH_', '_')
    .replace(/AES_(128|256)/, 'AES$1')
    .replace('_CBC', '')
    .replace(/(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
}

/** null leaves the choice to Node. */
export function tlsCiphers(
  prefix: TlsPrefix,
  names: string | null,
  faults: Faults,
): readonly string[] | null {
  const listed = listOf(names ?? '');
  if (listed.length === 0) return null;
  const known = new Set(getCiphers().map((name) => name.toUpperCase()));
  return listed.map((name) => {
    const spoken = known.has(name.toUpperCase()) ? name : cipherName(name);
    if (!known.has(spoken.toUpperCase()))
      faults.add(`${prefix}ciphersuites: ${name} is not known to this server's TLS.`);
    return spoken;
  });
}
