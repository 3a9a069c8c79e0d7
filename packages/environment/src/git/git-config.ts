import type { Git } from './run-git.ts';

/**
 * The configuration entries whose keys match, in the order of the files; a key may occur several times. `undefined`
 * when git did not answer.
 */
export async function readGitConfig(
  git: Git,
  keys: string,
): Promise<[key: string, value: string][] | undefined> {
  const outcome = await git(['config', '-z', '--get-regexp', keys]);
  // 1: no such key.
  if (outcome.kind === 'failed' && outcome.exitCode === 1) return [];
  if (outcome.kind !== 'done') return undefined;
  const records = outcome.stdout.toString('utf8').split('\0').slice(0, -1);
  return records.map((record) => {
    const end = record.indexOf('\n');
    return end === -1 ? [record, ''] : [record.slice(0, end), record.slice(end + 1)];
  });
}
