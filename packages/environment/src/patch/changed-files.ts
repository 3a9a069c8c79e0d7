/** A tracked file that differs from the commit. */
export interface ChangedFile {
  /** The path; `undefined` when it is not UTF-8. */
  readonly path: string | undefined;
  readonly shownPath: string;
  readonly isSubmodule: boolean;
  readonly isBinary: boolean;
}

const SUBMODULE_MODE = '160000';

/**
 * Parses `git diff --raw --numstat -z` without renames (git-diff, "Raw output format"): for each file
 * `:<mode> <mode> <id> <id> <status>`, NUL, path, NUL; then `<added>`, tab, `<deleted>`, tab, path, NUL. The counts
 * of binary files are `-`. The end of the output may be missing.
 */
export function parseChangedFiles(output: Buffer): ChangedFile[] {
  // Latin-1 keeps every byte.
  const records = output.toString('latin1').split('\0').slice(0, -1);
  const changed = new Map<string, { isSubmodule: boolean; isBinary: boolean }>();
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] as string;
    if (record.startsWith(':')) {
      index += 1;
      const path = records[index];
      if (path === undefined) break;
      const [from, to] = record.slice(1).split(' ');
      const isSubmodule = from === SUBMODULE_MODE || to === SUBMODULE_MODE;
      changed.set(path, { isSubmodule, isBinary: false });
    } else if (record.startsWith('-\t-\t')) {
      const known = changed.get(record.slice(4));
      if (known !== undefined) known.isBinary = true;
    }
  }
  return [...changed].map(([bytes, facts]) => ({ ...names(bytes), ...facts }));
}

/** The forms of a path that git printed as bytes, with one character for each byte. */
export function names(bytes: string): Pick<ChangedFile, 'path' | 'shownPath'> {
  const shownPath = Buffer.from(bytes, 'latin1').toString('utf8');
  const isUtf8 = Buffer.from(shownPath, 'utf8').equals(Buffer.from(bytes, 'latin1'));
  return { path: isUtf8 ? shownPath : undefined, shownPath };
}
