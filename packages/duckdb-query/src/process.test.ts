import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bundleScript } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';

const QUERY = JSON.stringify(
  pathToFileURL(await bundleScript(new URL('index.ts', import.meta.url))).href,
);

// DuckDB's threads can keep a process alive, so each of these tests starts a process.

function run(script: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

const OPEN = `
  import { openQuery } from ${QUERY};
  const session = await openQuery({ store: 'memory:' });
  const long = 'SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b';`;

describe('a process', () => {
  it('exits by itself when a session was never closed', () => {
    const { status, stdout } = run(`${OPEN}
      const { rows } = await session.query('SELECT 42 AS answer');
      const { rows: unread } = await session.stream('FROM range(100000)');
      console.log(rows[0].answer);`);
    expect([stdout, status]).toEqual(['42\n', 0]);
  });

  it('can exit after a query failed, and after a session was closed while a query ran', () => {
    const { status, stdout } = run(`${OPEN}
      await session.query('SELECT nosuch').catch(({ code }) => console.log(code));
      const running = session.query(long).catch(({ code }) => console.log(code));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await session.close();
      await running;
      process.exit(3);`);
    expect([stdout, status]).toEqual(['SQL_INVALID\nQUERY_CLOSED\n', 3]);
  });

  it('reports the package to install when DuckDB is missing', () => {
    const { status, stdout } = run(`
      import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(\`
        export async function resolve(specifier, context, next) {
          if (specifier !== '@duckdb/node-api') return next(specifier, context);
          throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
        }\`));
      const { openQuery, TABLES } = await import(${QUERY});
      await openQuery({ store: 'memory:' }).catch(({ code, message }) => console.log(code, message));
      console.log(TABLES.length > 10);`);
    expect(stdout).toContain('PACKAGE_MISSING');
    expect(stdout).toContain('npm install @duckdb/node-api');
    expect(stdout).toMatch(/true\n$/);
    expect(status).toBe(0);
  });
});
