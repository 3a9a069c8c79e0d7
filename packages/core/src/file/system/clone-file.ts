import { constants } from 'node:fs';
import { chmod, copyFile, open, rm, stat } from 'node:fs/promises';

/**
 * Creates `target` with the same blocks as `source` (a reflink, as btrfs, XFS and APFS have): the first write to either
 * file copies the blocks. Returns false, and leaves no `target`, if the file system cannot do it or the files are on
 * different ones. `target` has the permissions of a new file.
 */
export async function cloneFile(source: string, target: string): Promise<boolean> {
  const created = await open(target, 'wx', 0o644);
  const { mode } = await created.stat();
  await created.close();
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    // The caller copies the bytes instead, and that copy reports a real error.
    await rm(target, { force: true });
    return false;
  }
  // `copyFile` copies the permissions of the source, which may be read-only or open to everyone.
  if ((await stat(target)).mode !== mode) await chmod(target, mode & 0o7777);
  return true;
}
