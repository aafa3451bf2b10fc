import { lineSeparatorOf } from '../line-separator';
import type { Shape } from '../open-value';

/**
 * What parts of a text are, by its shape: enough to colour a value, looked at or edited. A reading by a few patterns and no
 * parser, so what is no well-formed text of its shape gets some colours, never a fault. Each pattern takes time in
 * proportion to the text: what is not closed goes to its end.
 */
export type TokenKind = 'name' | 'string' | 'literal' | 'tag' | 'comment' | 'mark';

export const tokenColors: Readonly<Record<TokenKind, string>> = {
  name: 'text-role-follower',
  string: 'text-good-text',
  literal: 'text-role-leader',
  tag: 'text-accent-text',
  comment: 'text-ink-3 italic',
  mark: 'text-ink-2',
};

/** A stretch of one line in one colour; null is the text's own. */
export interface Run {
  readonly text: string;
  readonly kind: TokenKind | null;
}

export interface Token {
  readonly from: number;
  readonly to: number;
  readonly kind: TokenKind;
}

/** The text line by line; the runs joined, with the line separator between lines, are the text again. */
export function linesOf(text: string, shape: Shape): Run[][] {
  const lines: Run[][] = [[]];
  const separator = lineSeparatorOf(text);
  const add = (part: string, kind: TokenKind | null): void => {
    part.split(separator).forEach((piece, index) => {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)!.push({ text: piece, kind });
    });
  };
  let at = 0;
  for (const { from, to, kind } of tokensOf(text, shape)) {
    add(text.slice(at, from), null);
    add(text.slice(from, to), kind);
    at = to;
  }
  add(text.slice(at), null);
  return lines;
}

/** The parts that have a colour, in their order. */
export function tokensOf(text: string, shape: Shape): Iterable<Token> {
  switch (shape) {
    case 'json':
      return matches(text, jsonToken);
    case 'xml':
      return xmlTokens(text);
    case 'yaml':
      return yamlTokens(text);
    case 'properties':
      return propertiesTokens(text);
    default:
      return [];
  }
}

/** Each match of a pattern, as the kind that its group is named by. */
function* matches(text: string, pattern: RegExp, offset = 0): Generator<Token> {
  for (const match of text.matchAll(pattern)) {
    const from = offset + match.index;
    const [kind] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) ?? [];
    yield { from, to: from + match[0].length, kind: kind as TokenKind };
  }
}

const jsonToken =
  /(?<name>"(?:[^"\\\n]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<literal>-?\d[\d.eE+-]*|\b(?:true|false|null)\b)|(?<mark>[{}[\],:])/g;

const xmlPart =
  /(?<comment><!--[^]*?(?:-->|$)|<\?[^]*?(?:\?>|$)|<!DOCTYPE[^[>]*(?:\[[^\]]*(?:\]|$)[^>]*)?>?)|(?<string><!\[CDATA\[[^]*?(?:\]\]>|$)|&[#\w]+;)|(?<tag><\/?[\w:.-]+(?:[^<>"']|"[^"]*"|'[^']*')*>?)/g;
const xmlInTag =
  /(?<mark><\/?|\/?>|=)|(?<tag>(?<=^<\/?)[\w:.-]+)|(?<string>"[^"]*"|'[^']*')|(?<name>[^\s=<>"'/]+)/g;

/** The tags of an XML text as wholes, of which comments and character data hold none. */
export function* xmlTags(text: string): Generator<Token> {
  for (const token of matches(text, xmlPart)) if (token.kind === 'tag') yield token;
}

function* xmlTokens(text: string): Generator<Token> {
  for (const token of matches(text, xmlPart)) {
    if (token.kind !== 'tag') yield token;
    else yield* matches(text.slice(token.from, token.to), xmlInTag, token.from);
  }
}

/** Lines with where they begin, whatever ends them. */
function* linesAt(text: string): Generator<{ readonly line: string; readonly from: number }> {
  for (const match of text.matchAll(/[^\r\n]+/g)) yield { line: match[0], from: match.index };
}

const yamlLead = /^(?:\s*- +)*\s*/;
/** Blanks before the colon are in it. */
const yamlKey =
  /^(?:"(?:[^"\\]|\\.)*"\s*|'(?:[^']|'')*'\s*|[^\s#"'[\]{},&*!|>%@`:-][^:#]*|-[^\s:#][^:#]*)(?=:(?:\s|$))/;
const yamlRest =
  /(?<comment>(?<!\S)#.*$)|(?<string>(?<![^\s[{,:])(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^']|'')*(?:'|$)))|(?<tag>(?<!\S)!\S*)|(?<mark>[[\]{}]|[,:](?!\S)|(?<!\S)-(?!\S))/g;

function* yamlTokens(text: string): Generator<Token> {
  for (const { line, from } of linesAt(text)) {
    if (/^(?:---|\.\.\.)(?!\S)/.test(line)) {
      yield { from, to: from + 3, kind: 'comment' };
      yield* matches(line.slice(3), yamlRest, from + 3);
      continue;
    }
    const lead = yamlLead.exec(line)![0].length;
    const key = yamlKey.exec(line.slice(lead))?.[0].trimEnd().length ?? 0;
    yield* matches(line.slice(0, lead), yamlRest, from);
    if (key > 0) yield { from: from + lead, to: from + lead + key, kind: 'name' };
    yield* matches(line.slice(lead + key), yamlRest, from + lead + key);
  }
}

function* propertiesTokens(text: string): Generator<Token> {
  let continued = false;
  for (const { line, from } of linesAt(text)) {
    const to = from + line.length;
    if (!continued && /^\s*[#!]/.test(line)) {
      yield { from, to, kind: 'comment' };
      continue;
    }
    const name = continued ? 0 : /^(?:[^\\=:]|\\.)*/.exec(line)![0].length;
    if (name > 0) yield { from, to: from + name, kind: 'name' };
    const value = continued ? from : Math.min(to, from + name + 1);
    if (value < to) yield { from: value, to, kind: 'string' };
    continued = /(?<!\\)(?:\\\\)*\\$/.test(line);
  }
}
