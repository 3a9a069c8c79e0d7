import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** XFS needs 300 MB. The file is sparse. */
const IMAGE_BYTES = 400 * 1024 * 1024;
const MAKERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['mkfs.xfs', '-q', '-m', 'reflink=1'],
  ['mkfs.btrfs', '-q'],
];

/** A file system with reflinks, mounted from a file, or the reason why that is not possible here. */
export type ReflinkFolder =
  | { readonly folder: string; readonly unmount: () => void }
  | { readonly reason: string };

/** Mounts a new XFS or btrfs below `base`, which needs root, a kernel that supports it, and its tools. */
export function mountReflinkFolder(base: string): ReflinkFolder {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { reason: 'only root on Linux can mount a file system with reflinks' };
  }
  const folder = join(base, 'mounted');
  mkdirSync(folder);
  for (const [program, ...args] of MAKERS) {
    const image = join(base, `${program}.img`);
    writeFileSync(image, '');
    truncateSync(image, IMAGE_BYTES);
    try {
      execFileSync(program, [...args, image], { stdio: 'pipe' });
      execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'pipe' });
      return { folder, unmount: () => execFileSync('umount', [folder], { stdio: 'pipe' }) };
    } catch {
      // Its tools are missing, or the kernel or the container forbids it. The next file system may work.
    }
  }
  return { reason: 'neither XFS nor btrfs can be made and mounted here' };
}
