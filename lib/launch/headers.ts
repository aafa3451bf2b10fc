import { randomBytes } from 'node:crypto';

/** What every answer of the console carries, and which requests it answers at all. */

/** Fresh for each request: 144 bits. */
export function newNonce(): string {
  return randomBytes(18).toString('base64');
}

/**
 * The policy: only scripts that carry this request's nonce run, so bytes of a znode never can. Style attributes are
 * allowed because virtual lists and charts place things with them; style elements are not, without the nonce. In
 * development React needs eval and Next's reloading a socket.
 */
export function contentSecurityPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const fixedHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const loopbackNames = ['localhost', '127.0.0.1', '::1'];
const wildcardHosts = ['0.0.0.0', '::'];

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The host names requests may carry. A page of another site that resolves its own name to this address has none. */
export function allowedHostNames(host: string, more: readonly string[]): ReadonlySet<string> {
  const own = wildcardHosts.includes(host) ? [] : [host];
  return new Set([...loopbackNames, ...own, ...more].map((name) => bare(name)));
}

function bare(name: string): string {
  return name.toLowerCase().replace(/^\[|\]$/g, '');
}

/** Whether a Host header names this console; the port is free, so that a forwarded port works. */
export function isAllowedHost(header: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (header === undefined || !URL.canParse(`http://${header}`)) return false;
  const { hostname, username, password, pathname } = new URL(`http://${header}`);
  return username === '' && password === '' && pathname === '/' && allowed.has(bare(hostname));
}
