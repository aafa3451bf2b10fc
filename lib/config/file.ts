import { parseDocument } from 'yaml';
import { ConfigError, type ConfigFault, issueFaults } from './faults';
import { configFile, type ConfigFile } from './file-schema';

/** Parses the text of a configuration file; YAML contains JSON, so one parser reads both. Throws `ConfigError`. */
export function parseConfigFile(source: string, text: string): ConfigFile {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => ({ source, field: '', message: error.message.split('\n')[0] ?? '' })),
    );
  }
  const result = configFile.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.flatMap((issue): ConfigFault[] =>
      issue.code === 'invalid_union' ? unionFaults(source, issue) : issueFaults(source, issue),
    ),
  );
}

/** `tls: true` or a group of fields: the faults of the alternative that came nearest are the useful ones. */
function unionFaults(
  source: string,
  issue: Extract<Parameters<typeof issueFaults>[1], { code: 'invalid_union' }>,
) {
  const alternatives = issue.errors.map((issues) =>
    issues.flatMap((inner) => issueFaults(source, { ...inner, path: [...issue.path, ...inner.path] })),
  );
  return alternatives.at(-1) ?? [];
}
