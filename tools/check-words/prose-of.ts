import { parseSync } from 'rolldown/utils';
import { isJsonObject } from '../workspace/json.ts';

/** Replaces each character of code, so that no phrase extends across it. */
const CODE = '\u0001';

/**
 * The text that people read, with each character at its place in the file: all of a Markdown page; of TypeScript the
 * comments, strings and templates, while code becomes `\u0001`. The marks of comments become spaces, so that a
 * phrase is found across the end of a line.
 *
 * @throws Error naming `path` when TypeScript does not parse
 */
export function proseOf(text: string, path: string): string {
  if (path.endsWith('.md')) return text;
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${String(errors[0]?.message)}`);
  const prose = [...text.replace(/\S/g, CODE)];
  const keep = (start: number, part: string): void => {
    for (let index = 0; index < part.length; index += 1) {
      prose[start + index] = part.charAt(index);
    }
  };
  for (const { start, end } of comments) {
    keep(start, withoutMarks(text.slice(start, end)));
  }
  visitTexts(program, (start, end) => keep(start, text.slice(start, end)));
  return prose.join('');
}

/** The comment with spaces instead of `//`, the frame of a block, and the star at the start of a line. */
function withoutMarks(comment: string): string {
  return comment
    .replace(/^\/[/*]+|\*+\/$/g, (marks) => ' '.repeat(marks.length))
    .replace(/\n[ \t]*\*/g, (marks) => `\n${' '.repeat(marks.length - 1)}`);
}

/** Calls `visit` with the place of each string and of each part of a template. */
function visitTexts(node: unknown, visit: (start: number, end: number) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) visitTexts(item, visit);
    return;
  }
  if (!isJsonObject(node)) return;
  const isText =
    node.type === 'TemplateElement' || (node.type === 'Literal' && typeof node.value === 'string');
  if (isText) visit(Number(node.start), Number(node.end));
  for (const child of Object.values(node)) visitTexts(child, visit);
}
