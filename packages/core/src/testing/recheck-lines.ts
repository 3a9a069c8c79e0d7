import { withCheck } from '../file/log/line-check.ts';

/** The text of a log whose lines were edited, each with the check that a writer would have given it. */
export function recheckLines(text: string): string {
  return text.replace(/^(\{.*?)(?:,"crc":\d+)?\}$/gm, (_, body: string) => withCheck(`${body}}`));
}
