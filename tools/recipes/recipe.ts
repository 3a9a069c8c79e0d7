/** How something is added: a file that is copied, the lines where it is listed, and who names a forgotten one. */
export interface Recipe {
  /** As in the first column of "Where to add what" in ARCHITECTURE.md. */
  readonly toAdd: string;
  /** The neighbour that is copied, below the root. */
  readonly copy: string;
  /** Where the copy of the test is put. */
  readonly as: string;
  /** What the copy says otherwise than the neighbour, each wherever it stands. */
  readonly renamed: readonly Renaming[];
  /** The files that are edited, the list first. */
  readonly edits: readonly Edit[];
  /** What is run when the files are edited. */
  readonly afterwards?: string;
}

/** What is called otherwise. */
export type Renaming = readonly [from: string, to: string];

/** An edit of one file. */
export interface Edit {
  readonly file: string;
  /** As in the last column of the table; absent where the compiler says it. */
  readonly says?: string;
  readonly lines: readonly Line[];
  readonly forgotten: ForgottenEdit;
}

/** A text that is put in. */
export interface Line {
  /** What stands in the file once. */
  readonly at: string;
  /** Comes right behind it. The file is given where the text is made of it. */
  readonly text: string | ((file: string) => string);
}

/** Who names an edit that was forgotten. */
export type ForgottenEdit =
  | { readonly by: 'compiler' }
  | {
      /** The test file. */
      readonly by: string;
      /** What it says then. */
      readonly saying: string;
    };
