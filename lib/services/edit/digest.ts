import { createHash } from 'node:crypto';

/**
 * The id that the digest scheme stores for a user and password: `user:` and the base64 of SHA-1 over `user:password`.
 * A member configured with another algorithm (3.7+, digestAlg) stores another hash.
 */
export function digestId(user: string, password: string): string {
  return `${user}:${createHash('sha1').update(`${user}:${password}`, 'utf8').digest('base64')}`;
}
