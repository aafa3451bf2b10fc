import type { Shape } from './open-value';

/**
 * Tidying and checking text. Loaded when asked for. JSON is formatted by moving white space only, so that a number of 20
 * digits keeps all of them.
 */

export interface TextFault {
  readonly message: string;
  /** From 1; null where the parser does not say. */
  readonly line: number | null;
}

export function canFormat(shape: Shape): boolean {
  return shape === 'json' || shape === 'xml';
}

export async function formatText(shape: Shape, text: string, lineSeparator: string): Promise<string> {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  if (shape === 'json') {
    const { applyEdits, format } = await import('jsonc-parser');
    const edits = format(body, undefined, { tabSize: 2, insertSpaces: true, eol: lineSeparator });
    return bom + applyEdits(body, edits);
  }
  if (shape === 'xml') {
    const { default: formatXml } = await import('xml-formatter');
    return (
      bom + formatXml(body, { indentation: '  ', collapseContent: true, lineSeparator, throwOnFailure: true })
    );
  }
  return text;
}

/** What is wrong with the text as the shape it is shown as; null where nothing is, or the shape has no grammar. */
export async function checkText(shape: Shape, text: string): Promise<TextFault | null> {
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') return null;
  if (shape === 'json') return checkJson(body);
  if (shape === 'yaml') return checkYaml(body);
  return null;
}

async function checkJson(text: string): Promise<TextFault | null> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser');
  const errors: { error: number; offset: number; length: number }[] = [];
  parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  if (first === undefined) return null;
  return { message: printParseErrorCode(first.error), line: lineAt(text, first.offset) };
}

async function checkYaml(text: string): Promise<TextFault | null> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text, { prettyErrors: false });
  if (!Array.isArray(documents)) return null;
  for (const document of documents) {
    const error = document.errors[0];
    if (error !== undefined) return { message: error.message, line: lineAt(text, error.pos[0]) };
  }
  return null;
}

function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
}
