/** Options of the commands that move a version. */
export interface MoveOptions {
  readonly store?: string;
  readonly message?: string;
  readonly archiveExisting?: true;
}

/** Returns the comment of a decision. */
export function commentOf({ message }: { readonly message?: string }): { comment?: string } {
  return message === undefined ? {} : { comment: message };
}

/** Returns the options of a transition in the form of the registry's functions. */
export function moveOf(options: MoveOptions): {
  comment?: string;
  archiveExistingVersions?: boolean;
} {
  return {
    ...commentOf(options),
    ...(options.archiveExisting === true ? { archiveExistingVersions: true } : {}),
  };
}
