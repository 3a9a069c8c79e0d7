import { constants } from 'node:fs';
import { chmod, copyFile, open, rm, stat } from 'node:fs/promises';

/**
 * Makes `target` a file with the same blocks as `source`, of which each side has its own copy as soon
 * as one is written to (a reflink, as btrfs, XFS and APFS have). Says whether that could be done: not
 * on other file systems, nor from one to another; then `target` is not there. Permissions are those
 * of a new file.
 */
export async function cloneFile(source: string, target: string): Promise<boolean> {
  const created = await open(target, 'wx', 0o644);
  const { mode } = await created.stat();
  await created.close();
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    // Whatever the reason, the bytes can still be copied, and that says what is wrong.
    await rm(target, { force: true });
    return false;
  }
  // Copying takes over the source's: perhaps not writable, or open to everybody.
  if ((await stat(target)).mode !== mode) await chmod(target, mode & 0o7777);
  return true;
}
