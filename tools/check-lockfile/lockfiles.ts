/** Every lockfile of the repository, relative to its root. */
export const LOCKFILES: readonly string[] = ['package-lock.json', 'tools/node24/package-lock.json'];
