/** The result of `git status --porcelain=v2 --branch -z` (git-status, "Porcelain Format Version 2"). */
export interface GitStatus {
  readonly commit?: string;
  readonly branch?: string;
  /** Changes that no content filter can have caused. */
  readonly certainChanges: boolean;
  /** Paths, as git's bytes, of which only the content differs from the index. */
  readonly contentChanges: readonly Buffer[];
}

// Unstaged change of a plain file: same mode in commit, index and working tree.
const CONTENT_CHANGE = /^1 \.M N\.\.\. (\d+) \1 \1 [0-9a-f]+ [0-9a-f]+ /;
/** An object id: SHA-1 or SHA-256. */
export const COMMIT_ID: RegExp = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Parses the output, whose end may be missing. */
export function parseGitStatus(output: Buffer): GitStatus {
  let commit: string | undefined;
  let branch: string | undefined;
  let certainChanges = false;
  const contentChanges: Buffer[] = [];
  // Latin-1 keeps every byte: a path need not be UTF-8. Text after the last NUL is incomplete.
  for (const record of output.toString('latin1').split('\0').slice(0, -1)) {
    if (record.startsWith('# branch.oid ')) {
      const oid = record.slice('# branch.oid '.length);
      if (COMMIT_ID.test(oid)) commit = oid;
    } else if (record.startsWith('# branch.head ')) {
      const head = Buffer.from(record.slice('# branch.head '.length), 'latin1').toString('utf8');
      if (head !== '(detached)') branch = head;
    } else if (!record.startsWith('#')) {
      const start = CONTENT_CHANGE.exec(record)?.[0];
      if (start === undefined) certainChanges = true;
      else contentChanges.push(Buffer.from(record.slice(start.length), 'latin1'));
    }
  }
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    certainChanges,
    contentChanges,
  };
}
