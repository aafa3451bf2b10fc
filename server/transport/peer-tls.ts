import fs from 'node:fs';
import type { Socket } from 'node:net';
import tls, { type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import type { TlsConfig } from '@/server/config/ensemble-config';
import { CredentialsError } from './credentials-error';
import { describeSubject, nameFault } from './peer-names';
import { secureContextOptions } from './tls-stores';
import { remoteOf } from './transport';

/**
 * TLS between members and for clients (Apache's X509Util): certificates checked against the trust store, and those of
 * members against the machine they come from. Whom we dial must always prove itself; whom we accept, as `clientAuth` says.
 */

/** How often the stores are looked at where certificates are to be read anew. */
const reloadMs = 1_000;

export type Secured = (socket: Socket) => void;
export type Refused = (reason: string) => void;

/** Takes accepted connections through the handshake. */
export interface TlsAcceptor {
  /** One of the two follows, unless the connection goes away by itself. */
  accept(socket: Socket, secured: Secured, refused: Refused): void;
  close(): void;
}

export class PeerTls {
  private options: SecureContextOptions;
  private readonly acceptors = new Set<Server>();
  private readonly files: readonly string[];

  /** Throws a CredentialsError where the stores cannot be used. */
  constructor(
    private readonly settings: TlsConfig,
    private readonly log: { info(sentence: string): void; warn(sentence: string): void },
  ) {
    this.options = secureContextOptions(settings);
    const { keyStore, trustStore, reloadCertFiles } = settings;
    const stores = [keyStore, trustStore].filter((store) => store !== null);
    this.files = reloadCertFiles ? stores.map(({ location }) => location) : [];
    for (const file of this.files) fs.watchFile(file, { interval: reloadMs, persistent: false }, this.reload);
  }

  /** New connections are made with what the files hold now; those that are open stay. */
  private readonly reload = (): void => {
    try {
      this.options = secureContextOptions(this.settings);
      for (const acceptor of this.acceptors) acceptor.setSecureContext(this.options);
      this.log.info(`The stores of ${this.settings.prefix}keyStore and trustStore were read anew.`);
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      this.log.warn(`${error.message} The certificates read before stay in use.`);
    }
  };

  /** Speaks TLS on a connection that was dialled; one of the two follows. */
  dial(socket: Socket, host: string, secured: Secured, refused: Refused): void {
    const secure = tls.connect({
      ...this.options,
      socket,
      // Both judged by `fault`, which knows more names and tells more.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    let isOver = false;
    const over = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      secure.destroy();
      refused(reason);
    };
    const failed = (error: Error): void => over(`the TLS handshake failed: ${reasonOf(error)}`);
    const hungUp = (): void => over('it hung up during the TLS handshake');
    secure.on('error', failed);
    secure.on('close', hungUp);
    secure.once('secureConnect', () => {
      void this.fault(secure, this.settings.hostnameVerification, host).then((fault) => {
        if (isOver) return;
        if (fault !== null) return over(fault);
        isOver = true;
        secured(secure);
        secure.off('error', failed).off('close', hungUp);
      });
    });
  }

  acceptor(): TlsAcceptor {
    const server = tls.createServer({
      ...this.options,
      requestCert: this.settings.clientAuth !== 'none',
      // Judged by `clientFault`, which knows the reason.
      rejectUnauthorized: false,
      handshakeTimeout: this.settings.handshakeDetectionTimeoutMs,
    });
    // Which connection became which is known by where it comes from.
    const waiting = new Map<string, { readonly secured: Secured; readonly refused: Refused }>();
    const take = (socket: Socket) => {
      const found = waiting.get(remoteOf(socket));
      waiting.delete(remoteOf(socket));
      return found;
    };
    server.on('secureConnection', (secure) => void this.judge(secure, take(secure)));
    server.on('tlsClientError', (error, secure) => {
      take(secure)?.refused(`the TLS handshake failed: ${reasonOf(error)}`);
      secure.destroy();
    });
    this.acceptors.add(server);
    return {
      accept: (socket, secured, refused) => {
        const remote = remoteOf(socket);
        waiting.set(remote, { secured, refused });
        socket.once('close', () => waiting.delete(remote));
        server.emit('connection', socket);
      },
      close: () => this.acceptors.delete(server),
    };
  }

  private async judge(
    secure: TLSSocket,
    waiting: { readonly secured: Secured; readonly refused: Refused } | undefined,
  ): Promise<void> {
    const ignore = (): void => {};
    secure.on('error', ignore);
    const fault = waiting === undefined ? 'it is late' : await this.clientFault(secure);
    if (secure.destroyed) return;
    if (fault === null) {
      waiting!.secured(secure);
      secure.off('error', ignore);
    } else {
      waiting?.refused(fault);
      secure.destroy();
    }
  }

  /** Without a certificate at all a client is let in unless clientAuth=need; with one, it must be good. */
  private clientFault(secure: TLSSocket): Promise<string | null> {
    const { clientAuth, clientHostnameVerification } = this.settings;
    if (clientAuth === 'none') return Promise.resolve(null);
    if (secure.getPeerX509Certificate() === undefined)
      return Promise.resolve(clientAuth === 'need' ? 'it has no certificate' : null);
    return this.fault(secure, clientHostnameVerification, null);
  }

  /** null where the other side's certificate is trusted and names it. */
  private async fault(secure: TLSSocket, checksName: boolean, host: string | null): Promise<string | null> {
    const certificate = secure.getPeerCertificate();
    const what = `its certificate (${describeSubject(certificate)})`;
    if (!secure.authorized) return `${what} is not trusted: ${trustReason(secure.authorizationError)}`;
    if (!checksName) return null;
    const { allowReverseDnsLookup } = this.settings;
    const fault = await nameFault(secure, certificate, { host, allowReverseDnsLookup });
    return fault === null ? null : `${what} ${fault}`;
  }

  close(): void {
    for (const file of this.files) fs.unwatchFile(file, this.reload);
  }
}

/** OpenSSL's own words without the place in its source. */
function reasonOf(error: Error): string {
  const { reason } = error as { reason?: string };
  return reason ?? error.message;
}

/** `SELF_SIGNED_CERT_IN_CHAIN` reads as words; types say Error, Node sets the code. */
function trustReason(error: Error | string | null): string {
  const code = typeof error === 'string' ? error : (error?.message ?? 'no reason');
  return code.toLowerCase().replaceAll('_', ' ');
}
