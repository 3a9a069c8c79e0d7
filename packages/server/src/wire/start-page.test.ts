import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { serve } from '../testing/serve.ts';
import { startPage } from './start-page.ts';

test('the start page says how to connect clients, and runs and loads nothing', async () => {
  const { fetch } = await serve();
  const answer = await fetch('/');
  const page = await answer.text();
  const address = new URL(answer.url).origin;
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  expect(page).toContain(`MLFLOW_TRACKING_URI=${address}`);
  expect(page).toContain(`--store ${address}`);
  expect(page).toContain(await (await fetch('/version')).text());
  expect(page).not.toMatch(/<script|<link|<img|\son\w+=|style=|src=/);
  const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
  expect(style).toContain('light dark');
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
  expect((await fetch('/', { method: 'HEAD' })).status).toBe(200);
  // A nearly identical address has no page.
  expect([(await fetch('//')).status, (await fetch('/?a=b')).status]).toEqual([404, 404]);
});

test('the host is escaped on the start page', () => {
  expect(startPage('http://a"><script>alert(1)</script>', '1')).not.toContain('<script>');
});
