/** How to add one kind of thing: the file to copy, the lines where it is listed, and the check that names a forgotten one. */
export interface Recipe {
  /** The first column of "Where to add what" in ARCHITECTURE.md. */
  readonly toAdd: string;
  /** The file to copy, relative to the root. */
  readonly copy: string;
  /** The path of the copy in the test. */
  readonly as: string;
  /** The texts to replace in the copy, at every occurrence. */
  readonly renamed: readonly Renaming[];
  /** The files that are edited, the list first. */
  readonly edits: readonly Edit[];
  /** The command to run after the edits. */
  readonly afterwards?: string;
}

/** A text and its replacement. */
export type Renaming = readonly [from: string, to: string];

/** An edit of one file. */
export interface Edit {
  readonly file: string;
  /** The last column of the table; absent where the compiler names the edit. */
  readonly says?: string;
  readonly lines: readonly Line[];
  readonly forgotten: ForgottenEdit;
}

/** A text to insert. */
export interface Line {
  /** The text before it, which occurs once in the file. */
  readonly at: string;
  /** The inserted text, or a function that derives it from the file. */
  readonly text: string | ((file: string) => string);
}

/** The check that names a forgotten edit. */
export type ForgottenEdit =
  | { readonly by: 'compiler' }
  /** It names a file that nothing imports. The test does not run it, because it reads the whole repository. */
  | { readonly by: 'knip' }
  | {
      /** The test file. */
      readonly by: string;
      /** The text that it prints. */
      readonly saying: string;
    };
