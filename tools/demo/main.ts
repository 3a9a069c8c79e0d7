import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

// `npm run demo`: runs the demo from the sources, so that it starts at once, and then builds the packages, which
// `npx tidemark` in this checkout needs.
const from = createRequire(import.meta.url);
const demo = spawnSync(
  process.execPath,
  [
    '--import',
    pathToFileURL(from.resolve('tsx')).href,
    '--conditions=@tidemark/source',
    join(REPOSITORY_ROOT, 'examples', 'penguins', 'demo.ts'),
  ],
  { stdio: 'inherit' },
);
if (demo.status !== 0) process.exit(demo.status ?? 1);

process.stdout.write('Building the packages, so that `npx tidemark` works here … ');
const turbo = from.resolve('turbo/bin/turbo');
const build = spawnSync(
  process.execPath,
  [turbo, 'run', 'build', '--output-logs=errors-only', '--log-prefix=none'],
  { cwd: REPOSITORY_ROOT, encoding: 'utf8' },
);
const isBuilt = build.status === 0;
console.log(isBuilt ? 'done.' : `failed.\n${build.stdout}${build.stderr}`);
if (!isBuilt) process.exitCode = 1;
