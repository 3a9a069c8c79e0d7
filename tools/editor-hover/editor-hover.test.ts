import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { LanguageServer } from './language-server.ts';

const PROGRAM = `import { searchRuns } from '@tidemark/core';
import { logArtifact, logMetric, logParam, openStore, startRun } from '@tidemark/client';

const store = await openStore();
await startRun({ store });
await logParam('lr', 0.1);
await logMetric('loss', 0.5);
await logArtifact('plots');
await searchRuns(store);
`;

it('an editor shows the documentation of the main functions where a program calls them', async () => {
  const project = temporaryWorkspace({
    'tsconfig.json': {
      extends: join(REPOSITORY_ROOT, 'tsconfig.base.json'),
      compilerOptions: { noEmit: true, types: ['node'] },
      files: ['program.mts'],
    },
    'program.mts': PROGRAM,
  });
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
  const server = await LanguageServer.start(project);
  onTestFinished(() => server.close());
  const path = join(project, 'program.mts');
  server.open(path, PROGRAM);

  const lines = PROGRAM.split('\n');
  const shown = async (name: string): Promise<string> => {
    const line = lines.findIndex((text) => text.includes(`${name}(`));
    return server.hover(path, line, lines[line]?.indexOf(`${name}(`) ?? 0);
  };

  expect(await shown('openStore')).toMatch(/Opens a store: a folder[\s\S]*@throws/);
  expect(await shown('startRun')).toMatch(
    /Starts a run, and makes it the active run\.[\s\S]*@example/,
  );
  expect(await shown('logParam')).toMatch(/Logs one param of the active run/);
  expect(await shown('logMetric')).toMatch(/Logs one point of a metric of the active run/);
  expect(await shown('logArtifact')).toMatch(
    /Stores a local file, or every file of a local folder/,
  );
  expect(await shown('searchRuns')).toMatch(/Returns one page of the runs that match/);
});
