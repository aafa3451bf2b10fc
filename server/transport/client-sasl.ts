import { clientService, DigestServer } from '@/lib/sasl/digest-md5';
import { findUsers } from './jaas';
import { CredentialsError } from './credentials-error';

/**
 * SASL for clients (Apache's ZooKeeperSaslServer and SaslServerCallbackHandler): DIGEST-MD5 against the users of a JAAS
 * section. A client begins with an empty token, gets the challenge, responds, and gets the server's own proof.
 */

export interface ClientSaslOptions {
  readonly loginConfigFile: string;
  /** Of the JAAS file. */
  readonly section: string;
  /** Whether the section was asked for by name, so that it must be there. */
  readonly isSectionRequired: boolean;
  /** The password of the user `super`, before what the section says; null where it is not set apart. */
  readonly superPassword: string | null;
}

export type SaslMove =
  | { readonly answer: Buffer; readonly user: string | null }
  /** Not authenticated; every further token is refused too. */
  | { readonly fault: string };

/** The name of the user whose password may be given apart. */
const superUser = 'super';

export class ClientSasl {
  private constructor(
    private readonly users: ReadonlyMap<string, string>,
    private readonly warn: (sentence: string) => void,
  ) {}

  /** null where the JAAS file has no such section: clients go on without SASL, as with Apache's. Throws a CredentialsError. */
  static open(options: ClientSaslOptions, warn: (sentence: string) => void): ClientSasl | null {
    const { loginConfigFile, section, isSectionRequired, superPassword } = options;
    const users = findUsers(loginConfigFile, section);
    if (users === null && isSectionRequired)
      throw new CredentialsError(`${loginConfigFile} has no section ${section}.`);
    if (users === null) return null;
    const isApart = superPassword !== null && users.has(superUser);
    return new ClientSasl(isApart ? new Map([...users, [superUser, superPassword]]) : users, warn);
  }

  /**
   * One connection's exchange: a token of the client in, the next move out. The first is to be empty; what it holds instead
   * is passed over, as Java does.
   */
  begin(): (token: Buffer) => SaslMove {
    const server = new DigestServer(this.users, clientService);
    const moves: ((token: Buffer) => SaslMove)[] = [
      () => ({ answer: server.challenge(), user: null }),
      (token) => server.judge(token),
    ];
    return (token) => {
      const move = moves.shift()?.(token) ?? { fault: 'its exchange is over already' };
      if ('fault' in move) this.warn(`A client is not authenticated by SASL: ${move.fault}.`);
      return move;
    };
  }
}
