import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { HttpMetrics } from './http-metrics.ts';

test('requests are counted by route, never by path, and other parts of the server add their numbers', async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  let dropped = 0;
  const metrics = new HttpMetrics([
    {
      name: 'tidemark_webhook_deliveries_total',
      help: 'Deliveries.',
      kind: 'counter',
      label: 'outcome',
      values: () => ({ delivered: 2, dropped }),
    },
    { name: 'tidemark_webhook_queue', help: 'Waiting.', kind: 'gauge', values: () => ({ '': 7 }) },
  ]);
  metrics.watch(app);
  app.get('/runs/:id', () => 'a run');
  for (const id of ['a', 'b', 'c']) await app.inject(`/runs/${id}`);
  await app.inject('/wp-admin/1');
  await app.inject('/wp-admin/2');

  await expect.poll(async () => (await metrics.render()).text).toContain('route="none"');
  const { text, contentType } = await metrics.render();
  expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain(
    'tidemark_http_requests_total{method="GET",route="/runs/:id",status="200"} 3',
  );
  expect(text).toContain('tidemark_http_requests_total{method="GET",route="none",status="404"} 2');
  expect(text).toContain('duration_seconds_count{method="GET",route="/runs/:id"} 3');
  expect(text).toContain('tidemark_http_requests_in_flight 0');
  expect(text).toContain('tidemark_webhook_deliveries_total{outcome="delivered"} 2');
  expect(text).toContain('tidemark_webhook_queue 7');
  expect(text).not.toContain('wp-admin');
  dropped = 5;
  expect((await metrics.render()).text).toContain('{outcome="dropped"} 5');
});
