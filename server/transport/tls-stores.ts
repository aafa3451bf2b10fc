import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { StoreConfig, TlsConfig, TlsPrefix } from '@/server/config/ensemble-config';
import { CredentialsError } from './credentials-error';

/**
 * Key and trust stores (Apache's PEMFileLoader, PKCS12FileLoader and JKSFileLoader). A store of Java's is told by its
 * content, not by its name: since Java 9 keytool writes PKCS12 into files named .jks, and Java reads either.
 */

const jksMagic = 0xfeed_feed;
/** How ASN.1, hence a PKCS12 file, begins. */
const asn1Sequence = 0x30;

const fromJks = (location: string): string =>
  `keytool -importkeystore -srckeystore ${location} -destkeystore store.p12 -deststoretype PKCS12`;

function contentOf(key: string, { location }: StoreConfig): Buffer {
  try {
    return fs.readFileSync(location);
  } catch (error) {
    throw new CredentialsError(`${key}=${location} cannot be read: ${(error as Error).message}.`);
  }
}

function refuseJks(key: string, { location }: StoreConfig, content: Buffer): void {
  if (content.length < 4 || content.readUInt32BE(0) !== jksMagic) return;
  throw new CredentialsError(
    `${key}=${location} is a JKS file, which is not read; convert it with "${fromJks(location)}" and set the type to PKCS12.`,
  );
}

/** What goes wrong between here and there is told with the key of zoo.cfg and the file. */
function usable<Value>(key: string, store: StoreConfig, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    throw new CredentialsError(`${key}=${store.location} cannot be used: ${(error as Error).message}.`);
  }
}

/** A key and its certificate. Throws a CredentialsError. */
export function keyOptions(prefix: TlsPrefix, store: StoreConfig): SecureContextOptions {
  const key = `${prefix}keyStore.location`;
  const content = contentOf(key, store);
  refuseJks(key, store, content);
  const passphrase = store.password;
  const options =
    content[0] === asn1Sequence ? { pfx: content, passphrase } : { key: content, cert: content, passphrase };
  usable(key, store, () => createSecureContext(options));
  return options;
}

const certificateText = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function trusted(prefix: TlsPrefix, store: StoreConfig): string[] {
  const key = `${prefix}trustStore.location`;
  const content = contentOf(key, store);
  refuseJks(key, store, content);
  if (content[0] === asn1Sequence) {
    throw new CredentialsError(
      `${key}=${store.location} is a PKCS12 file, which is read as a key store only; write its certificates as PEM with "keytool -list -rfc -keystore ${store.location}" and set the type to PEM.`,
    );
  }
  const found = content.toString('latin1').match(certificateText) ?? [];
  if (found.length === 0)
    throw new CredentialsError(`${key}=${store.location} holds no certificate in PEM form.`);
  usable(key, store, () => found.forEach((text) => new X509Certificate(text)));
  return found;
}

/** Reads both stores; throws a CredentialsError. */
export function secureContextOptions(settings: TlsConfig): SecureContextOptions {
  const { prefix, keyStore, trustStore, protocols, ciphers } = settings;
  return {
    ...(keyStore === null ? {} : keyOptions(prefix, keyStore)),
    // Without authorities of its own Node would trust the system's.
    ca: trustStore === null ? [] : trusted(prefix, trustStore),
    minVersion: protocols[0]!,
    maxVersion: protocols.at(-1)!,
    ...(ciphers === null ? {} : { ciphers: ciphers.join(':'), honorCipherOrder: true }),
  };
}
