import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Names are resolved on four threads that all of Node shares, and a resolution cannot be called off. A name server that
 * does not answer would, with one more resolution for every attempt to dial, soon hold all four for minutes and take the
 * members that do resolve down with it. So there is one resolution a name at a time, and who asks meanwhile shares it.
 */
export function sharedLookup(resolve: LookupFunction): LookupFunction {
  const underWay = new Map<string, Parameters<LookupFunction>[2][]>();
  return (hostname, options, callback) => {
    const key = JSON.stringify([hostname, options.family, options.hints, options.all]);
    const waiting = underWay.get(key);
    if (waiting !== undefined) return void waiting.push(callback);
    const callbacks = [callback];
    underWay.set(key, callbacks);
    resolve(hostname, options, (...answer) => {
      underWay.delete(key);
      for (const each of callbacks) each(...answer);
    });
  };
}

export const lookup: LookupFunction = sharedLookup(dns.lookup as LookupFunction);
