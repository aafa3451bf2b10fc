import type { QuorumSaslConfig, QuorumTlsConfig } from './ensemble-config';
import type { Faults } from './faults';
import { readersOf, type Read } from './readers';
import { makeTlsConfig, type TlsDraft } from './tls-keys';

/** TLS and SASL between members: `sslQuorum` and what goes with `ssl.quorum.*`, and `quorum.auth.*` (Apache's QuorumAuth). */

export interface SecurityDraft {
  sslQuorum: boolean;
  portUnification: boolean;
  reloadCertFiles: boolean;
  enableSasl: boolean;
  learnerRequireSasl: boolean;
  serverRequireSasl: boolean;
  learnerLoginContext: string;
  serverLoginContext: string;
  loginConfigFile: string | null;
}

export function securityDefaults(): SecurityDraft {
  return {
    sslQuorum: false,
    portUnification: false,
    reloadCertFiles: false,
    enableSasl: false,
    learnerRequireSasl: false,
    serverRequireSasl: false,
    learnerLoginContext: 'QuorumLearner',
    serverLoginContext: 'QuorumServer',
    loginConfigFile: null,
  };
}

const { flag, text } = readersOf<SecurityDraft>();

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

export const securityPlainKeys: Record<string, Read<SecurityDraft>> = {
  'java.security.auth.login.config': text('loginConfigFile'),
};

export function makeQuorumTls(draft: SecurityDraft, tlsDraft: TlsDraft, faults: Faults): QuorumTlsConfig {
  const { sslQuorum, portUnification, reloadCertFiles } = draft;
  const tls = makeTlsConfig('ssl.quorum.', tlsDraft, reloadCertFiles, faults);
  if (sslQuorum || portUnification) {
    const which = sslQuorum ? 'sslQuorum' : 'portUnification';
    if (tls.keyStore === null)
      faults.add(`${which}=true needs ssl.quorum.keyStore.location, which is not set.`);
    if (tls.trustStore === null)
      faults.add(`${which}=true needs ssl.quorum.trustStore.location, which is not set.`);
  }
  return { ...tls, sslQuorum, portUnification };
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
