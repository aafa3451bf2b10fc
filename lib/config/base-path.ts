/** The sub-path the console stands under where a proxy shares one host among several programs. Pure. */

const lengthMax = 200;
/** First segments of the console's own addresses: below a sub-path of such a name they could not be told apart. */
const ownSegments = ['api', 'c', '_next'];

/** `/zk` or `/a/b` without a slash at the end, empty for none; a string in `fault` says why the text is no sub-path. */
export function parseBasePath(
  text: string,
): { readonly path: string; readonly fault: null } | { readonly fault: string } {
  const path = text.trim().replace(/\/+$/, '');
  if (path === '') return { path, fault: null };
  if (path.length > lengthMax) return { fault: `is longer than ${lengthMax} characters` };
  if (!/^(\/[A-Za-z0-9._~-]+)+$/.test(path)) {
    return {
      fault: 'must be a path such as /zk: segments of letters, digits and . _ ~ -, each after a slash',
    };
  }
  const segments = path.slice(1).split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return { fault: 'must not hold the segments . and ..' };
  }
  const own = ownSegments.find((segment) => segment === segments[0]);
  if (own === undefined) return { path, fault: null };
  return { fault: `must not begin with /${own}, which the console uses itself` };
}
