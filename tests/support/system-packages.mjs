// What the tests need beyond npm: Apache's server and shell, other clients, a compiler for the C client, a browser.
// Installed when this is root on Debian; otherwise the command to run is named and the run fails. Nothing is skipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A file that shows the package is there (whoever installed it) -> the Debian package that brings it. */
const needed = [
  ['/usr/bin/java', 'default-jre-headless'],
  ['/usr/share/java/zookeeper.jar', 'libzookeeper-java'],
  ['/usr/share/java/netty-codec.jar', 'libnetty-java'],
  ['/usr/share/zookeeper/bin/zkCli.sh', 'zookeeper'],
  ['/usr/lib/python3/dist-packages/kazoo/__init__.py', 'python3-kazoo'],
  ['/usr/include/zookeeper/zookeeper.h', 'libzookeeper-mt-dev'],
  ['/usr/bin/gcc', 'gcc'],
  ['/usr/include/stdlib.h', 'libc6-dev'],
  ['/usr/bin/zktop', 'zktop'],
  ['/usr/bin/nc', 'netcat-openbsd'],
  ['/usr/bin/ps', 'procps'],
  ['/usr/bin/ip', 'iproute2'],
  ['/usr/bin/chromium-headless-shell', 'chromium-headless-shell'],
  ['/usr/bin/prometheus', 'prometheus'],
];

/** @returns {string[]} the Debian packages still missing */
export function missingPackages() {
  return needed.filter(([file]) => !existsSync(file)).map(([, name]) => name);
}

function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version');
}

function apt(args) {
  // RUNLEVEL 1: services that come with a package are not started.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const result = spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], { env, encoding: 'utf8' });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
}

/** Installs what is missing; false, with the reason printed, when it cannot. */
export function systemPackagesReady(print) {
  const missing = missingPackages();
  if (missing.length === 0) return true;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!isRootOnDebian()) {
    print(`The tests need ${missing.join(', ')}. On Debian or Ubuntu run:\n  sudo ${install}`);
    return false;
  }
  print(`Installing ${missing.join(', ')} …`);
  const update = apt(['update']);
  if (!update.ok) print(`apt-get update failed; trying with the lists there are.\n${update.output}`);
  const result = apt(['install', '-y', '--no-install-recommends', ...missing]);
  const left = missingPackages();
  if (left.length === 0) return true;
  print(`${result.output}\nStill missing: ${left.join(', ')}. Run by hand:\n  ${install}`);
  return false;
}
