import type { z } from 'zod';

/** One thing wrong with the configuration. All are told at once, so that nobody mends a file one start at a time. */
export interface ConfigFault {
  /** The file, option or environment variable it stands in. */
  readonly source: string;
  /** `clusters[1].label`; empty for the whole. */
  readonly field: string;
  /** The limit and the value seen. */
  readonly message: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly ConfigFault[]) {
    super(faults.map(describeFault).join('\n'));
  }
}

export function describeFault(fault: ConfigFault): string {
  return [fault.source, fault.field, fault.message].filter((part) => part !== '').join(': ');
}

/** `['clusters', 1, 'label']` → `clusters[1].label`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

/** A value as it may be shown: short, and never one that could be a secret put in the wrong place. */
function shown(value: unknown, path: readonly PropertyKey[]): string {
  if (path.some((part) => part === 'auth' || part === 'sasl')) return '';
  if (value === null) return ' (it is null)';
  if (typeof value === 'object') return Array.isArray(value) ? ' (it is a list)' : '';
  const text = JSON.stringify(value);
  return ` (it is ${text.length > 80 ? `${text.slice(0, 80)}…` : text})`;
}

function sizeSentence(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  const [word, limit] = issue.code === 'too_big' ? ['at most', issue.maximum] : ['at least', issue.minimum];
  const value = issue.input;
  if (issue.origin === 'string') {
    return `must have ${word} ${limit} characters (it has ${String(value).length})`;
  }
  if (issue.origin === 'array') {
    const count = Array.isArray(value) ? value.length : 0;
    return `must have ${word} ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'} (it has ${count})`;
  }
  return `must be ${word} ${limit}${shown(value, issue.path)}`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

/** What one issue of a schema says, with the limit and the value seen. */
export function issueFaults(source: string, issue: z.core.$ZodIssue): ConfigFault[] {
  const at = (message: string, path: readonly PropertyKey[] = issue.path): ConfigFault => ({
    source,
    field: fieldName(path),
    message,
  });
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return [at('is missing')];
      return [at(`must be ${typeWords[issue.expected] ?? issue.expected}${shown(issue.input, issue.path)}`)];
    }
    case 'too_big':
    case 'too_small':
      return [at(sizeSentence(issue))];
    case 'invalid_value':
      return [at(`must be one of ${issue.values.join(', ')}${shown(issue.input, issue.path)}`)];
    case 'unrecognized_keys':
      return issue.keys.map((key) => at('is not a known field', [...issue.path, key]));
    default:
      return [at(`${issue.message}${shown(issue.input, issue.path)}`)];
  }
}
