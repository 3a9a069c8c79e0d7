import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../packages', import.meta.url));

/**
 * The files that open an address that a person or a program gave, each with the guard that checks it. If you
 * add one, list it here: its guard decides about redirects, credentials and private networks.
 */
const OPENERS: Readonly<Record<string, string>> = {
  'mlflow/src/rest/rest-client.ts': 'sendGuarded',
  'server/src/webhooks/send-delivery.ts': 'checkedLookup',
};

const OPENS =
  /\bfetch\(|from 'node:(?:https?|http2|tls|dgram)'|\b(?:connect|createConnection)\b.*from 'node:net'|new (?:WebSocket|EventSource|XMLHttpRequest)\b/;
const ONLY_TYPES = /^import type .*$/gm;

test('addresses are opened only in guarded places', () => {
  const found = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /^[\w-]+\/src\/.*\.ts$/.test(path))
    .filter((path) => !/\.test\.ts$|\/testing\//.test(path) && !path.startsWith('test-kit/'))
    .filter((path) => OPENS.test(readFileSync(join(ROOT, path), 'utf8').replace(ONLY_TYPES, '')));
  expect(found.sort()).toEqual(Object.keys(OPENERS).sort());
  for (const [path, guard] of Object.entries(OPENERS)) {
    expect(readFileSync(join(ROOT, path), 'utf8')).toContain(`${guard}(`);
  }
});
