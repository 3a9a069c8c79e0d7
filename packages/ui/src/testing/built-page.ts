import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@tidemark/server';
import { build } from 'vite';
import { readPageIn } from '../read-page-in.ts';

/** Builds the page as it is published, and reads it. */
export async function builtPage(): Promise<Page> {
  const outDir = mkdtempSync(join(tmpdir(), 'tidemark-page-'));
  try {
    const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
    await build({ configFile, logLevel: 'warn', build: { outDir } });
    const page = readPageIn(outDir);
    if (page === undefined) throw new Error(`vite built no index.html in ${outDir}`);
    return page;
  } finally {
    rmSync(outDir, { recursive: true });
  }
}
