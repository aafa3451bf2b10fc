import type { Shape } from './open-value';
import { xmlTags } from './reader/tokens';

/** How the parts of a JSON or XML text lie in each other, told from its brackets or tags alone. */

/** A bracket or a tag that opens a part or closes one. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly opens: boolean;
}

const jsonEdge = /"(?:[^"\\\n]|\\.)*"?|[{}[\]]/g;

/** Brackets that stand in no string, or tags but for those that are whole by themselves; other shapes have none. */
export function* edgesOf(text: string, shape: Shape): Generator<Edge> {
  if (shape === 'json') {
    for (const { 0: found, index: from } of text.matchAll(jsonEdge))
      if (!found.startsWith('"')) yield { from, to: from + 1, opens: found === '{' || found === '[' };
  } else if (shape === 'xml') {
    for (const { from, to } of xmlTags(text))
      if (text[to - 1] === '>' && text[to - 2] !== '/') yield { from, to, opens: text[from + 1] !== '/' };
  }
}

/** What can be folded of a text at its first line: the outermost part that begins on it and ends below. */
export function foldOf(
  text: string,
  lineLength: number,
  shape: Shape,
): { readonly from: number; readonly to: number } | null {
  const open: Edge[] = [];
  for (const edge of edgesOf(text, shape)) {
    if (edge.from >= lineLength && open.length === 0) return null;
    if (edge.opens) {
      open.push(edge);
      continue;
    }
    const opener = open.pop();
    if (opener !== undefined && open.length === 0 && edge.from > lineLength)
      return { from: opener.to, to: edge.from };
  }
  return null;
}

/** The edge at a place, rather the one that ends there, and its partner; null where the text has none for it. */
export function pairAt(
  text: string,
  at: number,
  shape: Shape,
): { readonly edge: Edge; readonly partner: Edge | null } | null {
  const touches = ({ from, to }: Edge): boolean => from === at || to === at;
  const open: Edge[] = [];
  let best: { edge: Edge; partner: Edge | null } | null = null;
  const found = (edge: Edge, partner: Edge | null): void => {
    if (best === null || edge.to === at) best = { edge, partner };
  };
  for (const edge of edgesOf(text, shape)) {
    if (edge.opens) {
      open.push(edge);
      continue;
    }
    const opener = open.pop() ?? null;
    if (touches(edge)) found(edge, opener);
    if (opener !== null && touches(opener)) found(opener, edge);
  }
  for (const edge of open) if (touches(edge)) found(edge, null);
  return best;
}

/** By how many steps a line is indented over the one before it, cut where it begins: by what that one leaves open. */
export function stepsAfter(before: string, after: string, shape: Shape): number {
  let open = 0;
  for (const { opens } of edgesOf(before, shape)) open = opens ? open + 1 : Math.max(0, open - 1);
  const closes = shape === 'json' ? /^\s*[}\]]/.test(after) : /^\s*<\//.test(after);
  return Math.min(open, 1) - (closes ? 1 : 0);
}

/** The name of the XML element that is open between two texts, where the second does not close it. */
export function unclosedAt(before: string, after: string): string | null {
  const open: string[] = [];
  for (const edge of edgesOf(before, 'xml')) {
    if (edge.opens) open.push(nameOf(before, edge));
    else open.pop();
  }
  const name = open.at(-1) ?? null;
  let depth = 0;
  for (const edge of edgesOf(after, 'xml')) {
    if (edge.opens) depth += 1;
    else if (depth === 0) return nameOf(after, edge) === name ? null : name;
    else depth -= 1;
  }
  return name;
}

function nameOf(text: string, { from, to }: Edge): string {
  return /[\w:.-]+/.exec(text.slice(from, to))![0];
}
