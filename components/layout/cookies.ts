import { basePath } from '@/lib/queries/paths';

/** Display choices live in cookies, so that the server renders the page as chosen and nothing flashes. */

const yearSeconds = 365 * 24 * 3600;

export const railCookie = 'zoodeck_rail';

export function setCookie(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=${basePath || '/'}; max-age=${yearSeconds}; samesite=lax`;
}
