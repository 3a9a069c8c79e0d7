import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { terminalPicture } from './terminal-picture.ts';

// `npm run demo:picture`: runs the demo, and writes its first output as the picture of the README.
const SHOWN_STEPS = 4;

for (const folder of ['tidemark', 'tidemark-demo']) {
  if (existsSync(join(REPOSITORY_ROOT, folder))) {
    console.error(
      `./${folder} has an earlier run, which the picture would show. Delete the folder first.`,
    );
    process.exit(2);
  }
}
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const demo = spawnSync(
  process.execPath,
  ['--import', tsx, '--conditions=@tidemark/source', 'examples/penguins/demo.ts'],
  { cwd: REPOSITORY_ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);
if (demo.status !== 0) process.exit(demo.status ?? 1);
const end = demo.stdout.indexOf(`\n${SHOWN_STEPS + 1}. `);
const shown = `$ npm run demo\n${demo.stdout.slice(0, end)}`;
writeFileSync(join(REPOSITORY_ROOT, 'docs', 'images', 'demo.svg'), terminalPicture(shown));
