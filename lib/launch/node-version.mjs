// Read before anything else, by whatever Node there is: the syntax stays old, and nothing is imported.

/** The oldest Node that works, as major and minor. Kept equal to package.json's `engines` by a test. */
export const oldestNode = [20, 19];

/** A sentence when this version of Node (`process.versions.node`) is too old, else null. */
export function nodeFault(version) {
  const parts = version.split('.');
  const major = Number(parts[0]);
  const minor = Number(parts[1]);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return null;
  return (
    'Zoodeck needs Node ' +
    oldestNode.join('.') +
    ' or newer; this is Node ' +
    version +
    '. Get a newer one from https://nodejs.org.'
  );
}
