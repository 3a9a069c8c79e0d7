/** Words that fit at the cursor, and the part of the text that one of them replaces. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
}

const MOST_WORDS = 8;
const ATTRIBUTES = [
  'attributes.status',
  'attributes.run_name',
  'attributes.start_time',
  'attributes.user_id',
];

/** Completes the field under the cursor of a filter. Returns `undefined` inside a quoted value and where nothing fits. */
export function complete(
  text: string,
  cursor: number,
  fields: readonly string[],
): Completion | undefined {
  const before = text.slice(0, cursor);
  const isQuoted = (before.split("'").length - 1) % 2 === 1;
  if (isQuoted) return undefined;
  const word = /[A-Za-z_`][\w.`/ -]*$/.exec(lastTerm(before))?.[0] ?? '';
  if (word === '') return undefined;
  const wanted = word.toLowerCase();
  const fitting = [...fields, ...ATTRIBUTES].filter(
    (field) => field.toLowerCase().includes(wanted) && field !== word,
  );
  if (fitting.length === 0) return undefined;
  const words = fitting
    .toSorted((a, b) => Number(b.startsWith(word)) - Number(a.startsWith(word)))
    .slice(0, MOST_WORDS);
  return { from: cursor - word.length, to: cursor, words };
}

/** The part after the last word that joins or compares. */
function lastTerm(text: string): string {
  return (
    text
      .split(/\b(?:and|or|like|ilike|in|is|not|null)\b|[<>=!(),]/i)
      .at(-1)
      ?.trimStart() ?? ''
  );
}
