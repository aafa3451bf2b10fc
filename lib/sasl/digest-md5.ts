import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * SASL DIGEST-MD5 (RFC 2831) as Java's providers speak it with ZooKeeper's names: quality `auth`, algorithm `md5-sess`, one
 * exchange a connection. MD5 is what the protocol has; TLS underneath is what keeps the exchange from eavesdroppers.
 */

/** As whom to connect. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What both sides call the service; the server's name is its realm as well. */
export interface DigestService {
  readonly protocol: string;
  readonly realm: string;
  /** Whether it matters as whom a user wants to act: clients are who they are, whatever they say there (as Apache's). */
  readonly readsAuthzid: boolean;
}

export const quorumService: DigestService = {
  protocol: 'zookeeper-quorum',
  realm: 'zk-quorum-sasl-md5',
  readsAuthzid: true,
};
export const clientService: DigestService = {
  protocol: 'zookeeper',
  realm: 'zk-sasl-md5',
  readsAuthzid: false,
};

const uriOf = ({ protocol, realm }: DigestService): string => `${protocol}/${realm}`;
const firstCount = '00000001';

type Directives = ReadonlyMap<string, string>;

/** `name=value,name="quoted, value"`; null where it is something else. */
function directivesOf(text: string): Directives | null {
  const pattern = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))\s*(?:,|$)/y;
  const found = new Map<string, string>();
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return null;
    found.set(match[1]!.toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!);
  }
  return found;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
const md5 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
/** Text that fits ISO 8859-1 is hashed as that, other text as UTF-8 (RFC 2831, section 2.1.2.1). */
const narrow = (text: string): Buffer =>
  Buffer.from(text, [...text].every((char) => char.codePointAt(0)! < 256) ? 'latin1' : 'utf8');

interface Exchange extends Login {
  readonly digestUri: string;
  readonly realm: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly authzid: string | undefined;
}

/** The client's proof, or with an empty `method` the server's. */
function proof(exchange: Exchange, method: 'AUTHENTICATE' | ''): string {
  const { username, password, nonce, cnonce, authzid, digestUri } = exchange;
  const secret = md5(narrow(username), ':', narrow(exchange.realm), ':', narrow(password));
  const session = md5(secret, `:${nonce}:${cnonce}${authzid === undefined ? '' : `:${authzid}`}`);
  const action = md5(`${method}:${digestUri}`).toString('hex');
  return md5(`${session.toString('hex')}:${nonce}:${firstCount}:${cnonce}:auth:${action}`).toString('hex');
}

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** As long as Java's. */
const newNonce = (): string => randomBytes(30).toString('base64');

/** Text that a peer sent, for a sentence. */
const shown = (text: string | undefined): string =>
  text === undefined ? 'nobody' : `"${text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?')}"`;

export class DigestServer {
  private readonly nonce = newNonce();

  /** `users`: passwords by name. */
  constructor(
    private readonly users: ReadonlyMap<string, string>,
    private readonly service: DigestService,
  ) {}

  challenge(): Buffer {
    const { nonce, service } = this;
    return Buffer.from(`realm="${service.realm}",nonce="${nonce}",charset=utf-8,algorithm=md5-sess`);
  }

  /** What to answer a good response with and whose it is, or why it is refused. */
  judge(response: Buffer): { readonly answer: Buffer; readonly user: string } | { readonly fault: string } {
    const said = directivesOf(response.toString('utf8'));
    if (said === null) return { fault: 'its response cannot be read' };
    const username = said.get('username');
    const fault = this.fault(said);
    if (fault !== null) return { fault };
    const password = this.users.get(username ?? '');
    if (username === undefined || password === undefined)
      return { fault: `${shown(username)} is no user here` };
    const { nonce, service } = this;
    const cnonce = said.get('cnonce') ?? '';
    const authzid = said.get('authzid');
    const { realm } = service;
    const exchange = { username, password, digestUri: uriOf(service), realm, nonce, cnonce, authzid };
    if (!isSame(said.get('response') ?? '', proof(exchange, 'AUTHENTICATE')))
      return { fault: `the password of user ${shown(username)} is another` };
    if (service.readsAuthzid && authzid !== undefined && authzid !== username)
      return { fault: `user ${shown(username)} may not act as ${shown(authzid)}` };
    return { answer: Buffer.from(`rspauth=${proof(exchange, '')}`), user: username };
  }

  /** A response made for another connection, server or quality. */
  private fault(said: Directives): string | null {
    if (said.get('nonce') !== this.nonce || said.get('nc') !== firstCount)
      return 'its response is to another challenge';
    const { service } = this;
    if (said.get('realm') !== service.realm || said.get('digest-uri')?.toLowerCase() !== uriOf(service))
      return 'its response is for another service';
    return (said.get('qop') ?? 'auth') === 'auth' ? null : `it wants quality ${shown(said.get('qop'))}`;
  }
}

export class DigestClient {
  private exchange: Exchange | null = null;

  constructor(
    private readonly login: Login,
    private readonly service: DigestService,
  ) {}

  /** null where the challenge is none that can be answered. */
  respond(challenge: Buffer): Buffer | null {
    const said = directivesOf(challenge.toString('utf8'));
    const nonce = said?.get('nonce');
    const qualities = (said?.get('qop') ?? 'auth').split(',').map((one) => one.trim());
    if (nonce === undefined || said?.get('algorithm') !== 'md5-sess' || !qualities.includes('auth'))
      return null;
    const cnonce = newNonce();
    const digestUri = uriOf(this.service);
    const realm = said.get('realm') ?? '';
    const exchange = { ...this.login, digestUri, realm, nonce, cnonce, authzid: undefined };
    this.exchange = exchange;
    const directives = [
      'charset=utf-8',
      `username=${quoted(exchange.username)}`,
      `realm=${quoted(exchange.realm)}`,
      `nonce=${quoted(nonce)}`,
      `nc=${firstCount}`,
      `cnonce="${cnonce}"`,
      `digest-uri="${digestUri}"`,
      'maxbuf=65536',
      `response=${proof(exchange, 'AUTHENTICATE')}`,
      'qop=auth',
    ];
    return Buffer.from(directives.join(','));
  }

  /** Whether the server knows the password too. */
  isProven(answer: Buffer): boolean {
    const said = directivesOf(answer.toString('utf8'));
    return this.exchange !== null && isSame(said?.get('rspauth') ?? '', proof(this.exchange, ''));
  }
}
