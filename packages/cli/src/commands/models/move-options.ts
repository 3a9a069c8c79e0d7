/** What is said with a move of a version. */
export interface MoveOptions {
  readonly store?: string;
  readonly message?: string;
  readonly archiveExisting?: true;
}

/** The comment that was given with a decision. */
export function commentOf({ message }: { readonly message?: string }): { comment?: string } {
  return message === undefined ? {} : { comment: message };
}

/** The options of a transition for a function of the registry. */
export function moveOf(options: MoveOptions): {
  comment?: string;
  archiveExistingVersions?: boolean;
} {
  return {
    ...commentOf(options),
    ...(options.archiveExisting === true ? { archiveExistingVersions: true } : {}),
  };
}
