/** A fenced block of a Markdown page. */
export interface Snippet {
  /** The first word behind the fence, such as `ts`; empty where there is none. */
  readonly language: string;
  readonly code: string;
  /** The line of its fence, from 1. */
  readonly line: number;
}

/** The fenced blocks of Markdown text, in their order. */
export function snippetsOf(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n(.*?)^```[^\S\n]*$/gms)].map((block) => ({
    language: block[1] ?? '',
    code: block[2] ?? '',
    line: markdown.slice(0, block.index).split('\n').length,
  }));
}
