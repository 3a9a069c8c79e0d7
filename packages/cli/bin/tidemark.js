#!/usr/bin/env node
// Committed, so that npm links the command before anything is built.
import module from 'node:module';

// Node 22 and later keep what they compiled, so that the next call begins sooner.
module.enableCompileCache?.();
try {
  const { main } = await import('../dist/bundle/main.js');
  await main();
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('main.js'))
    throw error;
  process.stderr.write('tidemark is not built yet. In a checkout, run: npm run build\n');
  process.exitCode = 1;
}
