import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { checkBoundaries } from './check-boundaries.ts';
import { WALLS } from './rules.ts';
import { formatViolations } from './violation.ts';

const { violations, fileCount } = checkBoundaries(readWorkspace(REPOSITORY_ROOT), WALLS);
for (const line of formatViolations(violations)) console.error(line);
console.log(`boundaries: ${fileCount} files, ${violations.length} violations`);
if (violations.length > 0) process.exitCode = 1;
