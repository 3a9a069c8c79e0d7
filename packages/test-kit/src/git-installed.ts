import { execFileSync } from 'node:child_process';

/** Whether `git` can be started here. Tests that need it are skipped where it cannot. */
export const GIT_INSTALLED: boolean = isGitInstalled();

function isGitInstalled(): boolean {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    return false;
  }
}
