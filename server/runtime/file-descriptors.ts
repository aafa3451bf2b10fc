import fs from 'node:fs';

/** File descriptors this process may have open (its soft limit); null where the system does not tell (no /proc). */
export function fileDescriptorLimit(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}

/** Those it has open now; null where the system does not tell. */
export function fileDescriptorsOpen(): number | null {
  try {
    // The listing itself holds one open.
    return fs.readdirSync('/proc/self/fd').length - 1;
  } catch {
    return null;
  }
}
