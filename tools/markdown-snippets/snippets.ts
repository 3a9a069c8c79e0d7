/** A fenced block of a Markdown page. */
export interface Snippet {
  /** The first word after the fence, such as `ts`; empty without one. */
  readonly language: string;
  readonly code: string;
  /** The line of its fence, 1-based. */
  readonly line: number;
}

/** The fenced blocks of a Markdown text, in order. */
export function snippetsOf(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n(.*?)^```[^\S\n]*$/gms)].map((block) => ({
    language: block[1] ?? '',
    code: block[2] ?? '',
    line: markdown.slice(0, block.index).split('\n').length,
  }));
}
