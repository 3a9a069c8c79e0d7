import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { API_PAGE, apiPage } from './api-page.ts';

writeFileSync(join(REPOSITORY_ROOT, API_PAGE), apiPage(readWorkspace(REPOSITORY_ROOT)));
console.log(`exports: wrote ${API_PAGE}`);
