import fs from 'node:fs';
import type { StoreConfig, TlsConfig, TlsPrefix } from './ensemble-config';
import type { Faults } from './faults';
import { int31, readersOf, type Read } from './readers';
import { tlsCiphers, tlsVersions } from './tls-names';

/** What Apache's X509Util reads, once with `ssl.quorum.` for members and once with `ssl.` for clients. */

interface StoreDraft {
  location: string | null;
  password: string;
  passwordPath: string | null;
  type: string;
}

export interface TlsDraft {
  keyStore: StoreDraft;
  trustStore: StoreDraft;
  clientAuth: TlsConfig['clientAuth'];
  hostnameVerification: boolean;
  clientHostnameVerification: boolean;
  allowReverseDnsLookup: boolean;
  protocol: string;
  enabledProtocols: string | null;
  ciphersuites: string | null;
  handshakeDetectionTimeoutMs: number;
}

const noStore = (): StoreDraft => ({ location: null, password: '', passwordPath: null, type: '' });

export function tlsDefaults(): TlsDraft {
  return {
    keyStore: noStore(),
    trustStore: noStore(),
    clientAuth: 'need',
    hostnameVerification: true,
    clientHostnameVerification: true,
    allowReverseDnsLookup: true,
    protocol: 'TLSv1.2',
    enabledProtocols: null,
    ciphersuites: null,
    handshakeDetectionTimeoutMs: 5000,
  };
}

const { number, flag, text } = readersOf<TlsDraft>();

const store =
  (which: 'keyStore' | 'trustStore', field: keyof StoreDraft): Read<TlsDraft> =>
  (draft, _key, value) => {
    draft[which][field] = value;
  };

function readClientAuth(draft: TlsDraft, key: string, value: string, faults: Faults): void {
  const auth = value.toLowerCase();
  if (auth === 'need' || auth === 'want' || auth === 'none') draft.clientAuth = auth;
  else faults.add(`${key}=${value}: must be need, want or none.`);
}

const mustBeOff =
  (what: string): Read<TlsDraft> =>
  (_draft, key, value, faults) => {
    if (value.toLowerCase() !== 'false') faults.add(`${key}=${value}: ${what} is not served; remove it.`);
  };

const keys: Record<string, Read<TlsDraft>> = {
  'keyStore.location': store('keyStore', 'location'),
  'keyStore.password': store('keyStore', 'password'),
  'keyStore.passwordPath': store('keyStore', 'passwordPath'),
  'keyStore.type': store('keyStore', 'type'),
  'trustStore.location': store('trustStore', 'location'),
  'trustStore.password': store('trustStore', 'password'),
  'trustStore.passwordPath': store('trustStore', 'passwordPath'),
  'trustStore.type': store('trustStore', 'type'),
  clientAuth: readClientAuth,
  hostnameVerification: flag('hostnameVerification'),
  clientHostnameVerification: flag('clientHostnameVerification'),
  allowReverseDnsLookup: flag('allowReverseDnsLookup'),
  protocol: text('protocol'),
  enabledProtocols: text('enabledProtocols'),
  ciphersuites: text('ciphersuites'),
  handshakeDetectionTimeoutMillis: number('handshakeDetectionTimeoutMs', 1, int31),
  crl: mustBeOff('checking revocation lists'),
  ocsp: mustBeOff('asking OCSP responders'),
  'context.supplier.class': mustBeOff('a context supplier, which is a Java class,'),
};

/** The system properties behind a prefix. */
export function tlsKeys(prefix: TlsPrefix): Record<string, Read<TlsDraft>> {
  return Object.fromEntries(Object.entries(keys).map(([key, read]) => [`${prefix}${key}`, read]));
}

const storeTypes: Record<string, StoreConfig['type']> = {
  jks: 'JKS',
  pem: 'PEM',
  p12: 'PKCS12',
  pkcs12: 'PKCS12',
};

/** The type is said, or told from the end of the file's name. `name` is the keys' beginning, for messages. */
function makeStore(name: string, draft: StoreDraft, faults: Faults): StoreConfig | null {
  const { location } = draft;
  if (location === null || location === '') return null;
  const ending = /\.([^.]+)$/.exec(location)?.[1] ?? '';
  const type = storeTypes[(draft.type === '' ? ending : draft.type).toLowerCase()];
  if (type === undefined) {
    faults.add(
      `${name}.location=${location}: its type cannot be told from its name; set ${name}.type to JKS, PEM or PKCS12.`,
    );
    return null;
  }
  return { location, password: passwordOf(name, draft, faults), type };
}

function passwordOf(name: string, { password, passwordPath }: StoreDraft, faults: Faults): string {
  if (passwordPath === null) return password;
  try {
    return fs.readFileSync(passwordPath, 'utf8').trim();
  } catch (error) {
    faults.add(`${name}.passwordPath=${passwordPath} cannot be read: ${(error as Error).message}.`);
    return '';
  }
}

export function makeTlsConfig(
  prefix: TlsPrefix,
  draft: TlsDraft,
  reloadCertFiles: boolean,
  faults: Faults,
): TlsConfig {
  return {
    prefix,
    keyStore: makeStore(`${prefix}keyStore`, draft.keyStore, faults),
    trustStore: makeStore(`${prefix}trustStore`, draft.trustStore, faults),
    clientAuth: draft.clientAuth,
    hostnameVerification: draft.hostnameVerification,
    // As in Apache's QuorumX509Util: nobody's name is looked at where the servers' names are not. Clients have none.
    clientHostnameVerification:
      prefix === 'ssl.quorum.' && draft.hostnameVerification && draft.clientHostnameVerification,
    allowReverseDnsLookup: draft.allowReverseDnsLookup,
    protocols: tlsVersions(prefix, draft.protocol, draft.enabledProtocols, faults),
    ciphers: tlsCiphers(prefix, draft.ciphersuites, faults),
    handshakeDetectionTimeoutMs: draft.handshakeDetectionTimeoutMs,
    reloadCertFiles,
  };
}
