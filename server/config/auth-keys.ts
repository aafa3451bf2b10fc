import type { Faults } from './faults';
import { readersOf, type Read } from './readers';
import type { AuthConfig, ClientSaslConfig } from './server-config';

/** How clients prove who they are, beside digests: authentication providers, SASL, and what a server insists on. */

export interface AuthDraft {
  saslProvider: boolean;
  x509Provider: boolean;
  digestProvider: boolean;
  digestEnabled: boolean;
  readonly superUsers: Set<string>;
  x509SuperUser: string | null;
  saslAnyUser: string | null;
  enforceEnabled: boolean;
  enforceSchemes: string | null;
  requireSasl: boolean;
  allowSaslFailedClients: boolean;
  saslSection: string | null;
  superPassword: string | null;
}

export function authDefaults(): AuthDraft {
  return {
    saslProvider: false,
    x509Provider: false,
    digestProvider: false,
    digestEnabled: true,
    superUsers: new Set(),
    x509SuperUser: null,
    saslAnyUser: null,
    enforceEnabled: false,
    enforceSchemes: null,
    requireSasl: false,
    allowSaslFailedClients: false,
    saslSection: null,
    superPassword: null,
  };
}

const { flag, text } = readersOf<AuthDraft>();

const classOf = (name: string): string => `org.apache.zookeeper.server.auth.${name}AuthenticationProvider`;
/** The classes that stand for what is served; that of the scheme ip is there anyway. */
const providers: Readonly<Record<string, (draft: AuthDraft) => void>> = {
  [classOf('SASL')]: (draft) => void (draft.saslProvider = true),
  [classOf('X509')]: (draft) => void (draft.x509Provider = true),
  [classOf('Digest')]: (draft) => void (draft.digestProvider = true),
  [classOf('IP')]: () => {},
};

function readProvider(draft: AuthDraft, key: string, value: string, faults: Faults): void {
  const add = providers[value];
  if (add !== undefined) return add(draft);
  faults.add(
    `${key}=${value}: a Java class cannot be loaded here; ${Object.keys(providers).join(', ')} are served.`,
  );
}

function readSchemes(draft: AuthDraft, _key: string, value: string): void {
  draft.enforceSchemes = value;
}

const kerberos: Read<AuthDraft> = (_draft, key, value, faults) => {
  if (value.toLowerCase() !== 'false')
    faults.add(`${key}=${value}: Kerberos is not served; use DIGEST-MD5, digests or certificates.`);
};

const unread: Read<AuthDraft> = (_draft, key, _value, faults) =>
  faults.warn(
    `${key} is read by no release of ZooKeeper and refuses nobody; use sessionRequireClientSASLAuth=true.`,
  );

/** System properties behind the prefix `zookeeper.`; a star stands for whatever an operator numbers them by. */
export const authPropertyKeys: Record<string, Read<AuthDraft>> = {
  'authProvider.*': readProvider,
  superUser: (draft, _key, value) => void draft.superUsers.add(value),
  'superUser.*': (draft, _key, value) => void draft.superUsers.add(value),
  'DigestAuthenticationProvider.enabled': flag('digestEnabled'),
  'X509AuthenticationProvider.superUser': text('x509SuperUser'),
  'SASLAuthenticationProvider.superPassword': text('superPassword'),
  letAnySaslUserDoX: text('saslAnyUser'),
  'enforce.auth.enabled': flag('enforceEnabled'),
  'enforce.auth.schemes': readSchemes,
  sessionRequireClientSASLAuth: flag('requireSasl'),
  requireClientAuthScheme: unread,
  allowSaslFailedClients: flag('allowSaslFailedClients'),
  'sasl.serverconfig': text('saslSection'),
  'kerberos.*': kerberos,
};

/** What the schemes are enforced by; null where nobody has to authenticate. `served` has those that can be. */
function enforced(draft: AuthDraft, served: ReadonlySet<string>, faults: Faults): ReadonlySet<string> | null {
  const { requireSasl, enforceEnabled, enforceSchemes } = draft;
  if (!requireSasl && !enforceEnabled) return null;
  const key = requireSasl ? 'sessionRequireClientSASLAuth' : 'enforce.auth.schemes';
  const schemes = requireSasl ? ['sasl'] : (enforceSchemes ?? '').split(',').map((scheme) => scheme.trim());
  if (!requireSasl && (enforceSchemes ?? '') === '')
    faults.add('enforce.auth.enabled=true needs enforce.auth.schemes, which is not set.');
  else
    for (const scheme of schemes)
      if (!served.has(scheme))
        faults.add(
          `${key}=${requireSasl ? 'true' : enforceSchemes}: the scheme ${scheme} is not available; ${missing(scheme)}.`,
        );
  return new Set(schemes);
}

function missing(scheme: string): string {
  if (scheme === 'sasl') return `set authProvider.1=${classOf('SASL')}`;
  if (scheme === 'x509') return 'set secureClientPort';
  return scheme === 'digest' ? 'it was switched off' : 'use digest, ip, sasl or x509';
}

/** `speaksTls`: whether clients may come with certificates. */
export function makeAuth(draft: AuthDraft, speaksTls: boolean, faults: Faults): AuthConfig {
  const schemes = new Set(['ip']);
  if (draft.digestEnabled || draft.digestProvider) schemes.add('digest');
  if (draft.saslProvider) schemes.add('sasl');
  if (draft.x509Provider || speaksTls) schemes.add('x509');
  return {
    schemes,
    enforcedSchemes: enforced(draft, schemes, faults),
    x509SuperUser: draft.x509SuperUser,
    saslSuperUsers: draft.superUsers,
    saslAnyUser: draft.saslAnyUser,
    allowSaslFailedClients: draft.allowSaslFailedClients,
  };
}

/** null where no JAAS file is named. */
export function makeClientSasl(
  draft: AuthDraft,
  loginConfigFile: string | null,
  faults: Faults,
): ClientSaslConfig | null {
  const { saslSection, superPassword } = draft;
  if (loginConfigFile === null) {
    if (saslSection !== null)
      faults.add(
        `sasl.serverconfig=${saslSection} needs a JAAS file: set -Djava.security.auth.login.config=FILE in SERVER_JVMFLAGS.`,
      );
    return null;
  }
  const isSectionRequired = saslSection !== null;
  return { loginConfigFile, section: saslSection ?? 'Server', isSectionRequired, superPassword };
}
