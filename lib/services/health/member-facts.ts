import { listOf, recordOf } from '@/lib/holds/text';

/**
 * What one member tells of its configuration and its process: the words `conf` and `envi`, or AdminServer's
 * `configuration`, `voting_view`, `environment`, `system_properties` and `initial_configuration`. Pure; tolerant: what
 * has another shape is left out.
 */
export interface MemberFacts {
  /** By the name it has in `conf`, in `envi`, in zoo.cfg or as a system property. */
  readonly settings: ReadonlyMap<string, string>;
  /** `server.N`, `group.N`, `weight.N` and `version` of the quorum verifier in force; empty for a standalone server. */
  readonly membership: ReadonlyMap<string, string>;
}

const secretName = /pass(word|wd|phrase)?|secret|credential|token|(^|[._-])key$|keystore|digest.*super/i;
/** Longer values are cut: a class path says nothing in a table. */
const valueCharactersMax = 200;
export const hiddenValue = '••••••';

/** The value as it may be shown: a secret never leaves the console, whatever the member says. */
export function shownValue(name: string, value: string): string {
  if (value !== '' && secretName.test(name)) return hiddenValue;
  return value.length > valueCharactersMax ? `${value.slice(0, valueCharactersMax)}…` : value;
}

/** `key=value` lines; comments and lines of another shape are left out. */
function pairsOf(text: string): [string, string][] {
  return text.split('\n').flatMap((raw): [string, string][] => {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (line.startsWith('#') || equals <= 0) return [];
    return [[line.slice(0, equals).trim(), line.slice(equals + 1).trim()]];
  });
}

function shown(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(pairs.map(([name, value]) => [name, shownValue(name, value)]));
}

const membershipKey = /^((server|group|weight)\.-?\d+|version)$/;

/** The word `conf`: settings, then in an ensemble the lines of its quorum verifier. */
export function factsFromConf(text: string): MemberFacts {
  const at = text.search(/^membership:/m);
  const [settings, members] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  return {
    settings: shown(pairsOf(settings)),
    membership: new Map(pairsOf(members).filter(([key]) => membershipKey.test(key))),
  };
}

/** `client_port` is `clientPort` in zoo.cfg; server_id alone is called otherwise. */
function configName(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The leaves of an AdminServer's reply that are settings, not the reply's own fields. */
function leaves(reply: unknown, name: (field: string) => string): [string, string][] {
  return Object.entries(recordOf(reply)).flatMap(([field, value]): [string, string][] =>
    field === 'command' || field === 'error' || value === null || typeof value === 'object'
      ? []
      : [[name(field), String(value)]],
  );
}

/** AdminServer's `configuration`. */
export function factsFromConfiguration(reply: unknown): MemberFacts {
  return { settings: shown(leaves(reply, configName)), membership: new Map() };
}

/** AdminServer's `voting_view`: the participants of the quorum verifier, as lines like those of `conf`. */
export function membershipFromView(reply: unknown): ReadonlyMap<string, string> {
  const servers = Object.entries(recordOf(recordOf(reply)['current_config']));
  return new Map(
    servers.map(([id, value]) => {
      const server = recordOf(value);
      const quorum = listOf(server['server_addresses']).map(String);
      const election = listOf(server['election_addresses']).map(
        (address) => /(\d+)$/.exec(String(address))?.[1],
      );
      const addresses = quorum.map((address, index) => `${address}:${election[index] ?? ''}`).join('|');
      return [`server.${id}`, `${addresses}:${String(server['learner_type'])}`];
    }),
  );
}

const told = /^(java\.(version|vendor)|os\.(name|arch|version|memory\.max)|user\.name|host\.name)$/;

/** The word `envi`: of the process and its machine what can matter; a class path does not. */
export function environmentFromWord(text: string): ReadonlyMap<string, string> {
  return shown(pairsOf(text).filter(([name]) => told.test(name)));
}

/** AdminServer's `environment`. */
export function environmentFromJson(reply: unknown): ReadonlyMap<string, string> {
  return shown(leaves(reply, (field) => field).filter(([name]) => told.test(name)));
}

/** AdminServer's `system_properties`: ZooKeeper's own, and the limit of what is read and sent. */
export function propertiesFromJson(reply: unknown): ReadonlyMap<string, string> {
  return shown(
    leaves(reply, (field) => field).filter(([name]) => /^(zookeeper\.(?!server\.\d)|jute\.)/.test(name)),
  );
}

/** AdminServer's `initial_configuration`: zoo.cfg as the member was started from it. */
export function fileFromJson(reply: unknown): ReadonlyMap<string, string> {
  const text = recordOf(reply)['initial_configuration'];
  if (typeof text !== 'string') return new Map();
  return shown(pairsOf(text).filter(([key]) => !membershipKey.test(key)));
}
