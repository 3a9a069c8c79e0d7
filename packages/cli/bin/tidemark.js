#!/usr/bin/env node
// Committed, so that npm links the command before anything is built.
try {
  const { main } = await import('../dist/main.js');
  await main();
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('main.js'))
    throw error;
  process.stderr.write('tidemark is not built yet. In a checkout, run: npm run build\n');
  process.exitCode = 1;
}
