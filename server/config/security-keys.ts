import fs from 'node:fs';
import type { QuorumSaslConfig, QuorumTlsConfig, StoreConfig } from './ensemble-config';
import type { Faults } from './faults';
import { int31, readersOf, type Read } from './readers';
import { tlsCiphers, tlsVersions } from './tls-names';

/** TLS and SASL between members: `sslQuorum`, `ssl.quorum.*` (Apache's QuorumX509Util) and `quorum.auth.*` (QuorumAuth). */

interface StoreDraft {
  location: string | null;
  password: string;
  passwordPath: string | null;
  type: string;
}

export interface SecurityDraft {
  sslQuorum: boolean;
  portUnification: boolean;
  reloadCertFiles: boolean;
  keyStore: StoreDraft;
  trustStore: StoreDraft;
  clientAuth: QuorumTlsConfig['clientAuth'];
  hostnameVerification: boolean;
  clientHostnameVerification: boolean;
  allowReverseDnsLookup: boolean;
  protocol: string;
  enabledProtocols: string | null;
  ciphersuites: string | null;
  handshakeDetectionTimeoutMs: number;
  enableSasl: boolean;
  learnerRequireSasl: boolean;
  serverRequireSasl: boolean;
  learnerLoginContext: string;
  serverLoginContext: string;
  loginConfigFile: string | null;
}

const noStore = (): StoreDraft => ({ location: null, password: '', passwordPath: null, type: '' });

export function securityDefaults(): SecurityDraft {
  return {
    sslQuorum: false,
    portUnification: false,
    reloadCertFiles: false,
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
    enableSasl: false,
    learnerRequireSasl: false,
    serverRequireSasl: false,
    learnerLoginContext: 'QuorumLearner',
    serverLoginContext: 'QuorumServer',
    loginConfigFile: null,
  };
}

const { number, flag, text } = readersOf<SecurityDraft>();

const store =
  (which: 'keyStore' | 'trustStore', field: keyof StoreDraft): Read<SecurityDraft> =>
  (draft, _key, value) => {
    draft[which][field] = value;
  };

function readClientAuth(draft: SecurityDraft, key: string, value: string, faults: Faults): void {
  const auth = value.toLowerCase();
  if (auth === 'need' || auth === 'want' || auth === 'none') draft.clientAuth = auth;
  else faults.add(`${key}=${value}: must be need, want or none.`);
}

const mustBeOff =
  (what: string): Read<SecurityDraft> =>
  (_draft, key, value, faults) => {
    if (value.toLowerCase() !== 'false') faults.add(`${key}=${value}: ${what} is not served; remove it.`);
  };

export const securityFileKeys: Record<string, Read<SecurityDraft>> = {
  sslQuorum: flag('sslQuorum'),
  portUnification: flag('portUnification'),
  sslQuorumReloadCertFiles: flag('reloadCertFiles'),
  'quorum.auth.enableSasl': flag('enableSasl'),
  'quorum.auth.learnerRequireSasl': flag('learnerRequireSasl'),
  'quorum.auth.serverRequireSasl': flag('serverRequireSasl'),
  'quorum.auth.learner.saslLoginContext': text('learnerLoginContext'),
  'quorum.auth.server.saslLoginContext': text('serverLoginContext'),
};

export const securityPropertyKeys: Record<string, Read<SecurityDraft>> = {
  'ssl.quorum.keyStore.location': store('keyStore', 'location'),
  'ssl.quorum.keyStore.password': store('keyStore', 'password'),
  'ssl.quorum.keyStore.passwordPath': store('keyStore', 'passwordPath'),
  'ssl.quorum.keyStore.type': store('keyStore', 'type'),
  'ssl.quorum.trustStore.location': store('trustStore', 'location'),
  'ssl.quorum.trustStore.password': store('trustStore', 'password'),
  'ssl.quorum.trustStore.passwordPath': store('trustStore', 'passwordPath'),
  'ssl.quorum.trustStore.type': store('trustStore', 'type'),
  'ssl.quorum.clientAuth': readClientAuth,
  'ssl.quorum.hostnameVerification': flag('hostnameVerification'),
  'ssl.quorum.clientHostnameVerification': flag('clientHostnameVerification'),
  'ssl.quorum.allowReverseDnsLookup': flag('allowReverseDnsLookup'),
  'ssl.quorum.protocol': text('protocol'),
  'ssl.quorum.enabledProtocols': text('enabledProtocols'),
  'ssl.quorum.ciphersuites': text('ciphersuites'),
  'ssl.quorum.handshakeDetectionTimeoutMillis': number('handshakeDetectionTimeoutMs', 1, int31),
  'ssl.quorum.crl': mustBeOff('checking revocation lists'),
  'ssl.quorum.ocsp': mustBeOff('asking OCSP responders'),
  'ssl.quorum.context.supplier.class': mustBeOff('a context supplier, which is a Java class,'),
};

export const securityPlainKeys: Record<string, Read<SecurityDraft>> = {
  'java.security.auth.login.config': text('loginConfigFile'),
};

const storeTypes: Record<string, StoreConfig['type']> = {
  jks: 'JKS',
  pem: 'PEM',
  p12: 'PKCS12',
  pkcs12: 'PKCS12',
};

/** The type is said, or told from the end of the file's name. */
function makeStore(name: string, draft: StoreDraft, faults: Faults): StoreConfig | null {
  const { location } = draft;
  if (location === null || location === '') return null;
  const ending = /\.([^.]+)$/.exec(location)?.[1] ?? '';
  const type = storeTypes[(draft.type === '' ? ending : draft.type).toLowerCase()];
  if (type === undefined) {
    faults.add(
      `ssl.quorum.${name}.location=${location}: its type cannot be told from its name; set ssl.quorum.${name}.type to JKS, PEM or PKCS12.`,
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
    faults.add(
      `ssl.quorum.${name}.passwordPath=${passwordPath} cannot be read: ${(error as Error).message}.`,
    );
    return '';
  }
}

export function makeTls(draft: SecurityDraft, faults: Faults): QuorumTlsConfig {
  const keyStore = makeStore('keyStore', draft.keyStore, faults);
  const trustStore = makeStore('trustStore', draft.trustStore, faults);
  const { sslQuorum, portUnification } = draft;
  if (sslQuorum || portUnification) {
    const which = sslQuorum ? 'sslQuorum' : 'portUnification';
    if (keyStore === null) faults.add(`${which}=true needs ssl.quorum.keyStore.location, which is not set.`);
    if (trustStore === null)
      faults.add(`${which}=true needs ssl.quorum.trustStore.location, which is not set.`);
  }
  return {
    sslQuorum,
    portUnification,
    keyStore,
    trustStore,
    clientAuth: draft.clientAuth,
    hostnameVerification: draft.hostnameVerification,
    // As in Apache's QuorumX509Util: nobody's name is looked at where the servers' names are not.
    clientHostnameVerification: draft.hostnameVerification && draft.clientHostnameVerification,
    allowReverseDnsLookup: draft.allowReverseDnsLookup,
    protocols: tlsVersions(draft.protocol, draft.enabledProtocols, faults),
    ciphers: tlsCiphers(draft.ciphersuites, faults),
    handshakeDetectionTimeoutMs: draft.handshakeDetectionTimeoutMs,
    reloadCertFiles: draft.reloadCertFiles,
  };
}

/** Each requirement needs the one before: serverRequireSasl, learnerRequireSasl, enableSasl. */
export function makeSasl(draft: SecurityDraft, faults: Faults): QuorumSaslConfig | null {
  const { enableSasl, learnerRequireSasl, serverRequireSasl, loginConfigFile } = draft;
  if (learnerRequireSasl && !enableSasl)
    faults.add('quorum.auth.learnerRequireSasl=true needs quorum.auth.enableSasl=true.');
  if (serverRequireSasl && !learnerRequireSasl)
    faults.add('quorum.auth.serverRequireSasl=true needs quorum.auth.learnerRequireSasl=true.');
  if (!enableSasl) return null;
  if (loginConfigFile === null) {
    faults.add(
      'quorum.auth.enableSasl=true needs a JAAS file: set -Djava.security.auth.login.config=FILE in SERVER_JVMFLAGS.',
    );
    return null;
  }
  return {
    learnerRequireSasl,
    serverRequireSasl,
    learnerLoginContext: draft.learnerLoginContext,
    serverLoginContext: draft.serverLoginContext,
    loginConfigFile,
  };
}
