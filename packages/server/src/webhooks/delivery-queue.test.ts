import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import type { Delivery } from './delivery.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { type DeliverySpool, fileSpool } from './delivery-spool.ts';

const delivery = (createdAtMs: number): Delivery => ({
  id: randomUUID(),
  webhookId: 'w',
  body: '{}',
  createdAtMs,
});

function queueOver(spool: DeliverySpool) {
  const sent: string[] = [];
  const queue = new DeliveryQueue({
    spool,
    send: async ({ headers }) => {
      sent.push(headers['X-MLflow-Delivery-Id'] ?? '');
      return { status: 200, body: '' };
    },
    receiver: () => ({ url: 'https://hooks.test' }),
    log: { warn: () => {} },
  });
  onTestFinished(() => queue.close());
  return { queue, sent };
}

test('a delivery that is added while the spool is read is sent once', async () => {
  const spool = fileSpool(join(temporaryFolder(), 'deliveries'));
  const left = delivery(Date.now() - 1000);
  await spool.put(left);
  const { queue, sent } = queueOver({
    ...spool,
    pending: async () => {
      const added = delivery(Date.now());
      queue.add(added);
      return [...(await spool.pending()), added];
    },
  });
  // The clock counts in whole milliseconds.
  await wait(5);
  await queue.resume();
  await expect.poll(() => queue.waiting).toBe(0);
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(2);
});

test('a delivery from before the clock was set back is sent by the next process', async () => {
  const spool = fileSpool(join(temporaryFolder(), 'deliveries'));
  await spool.put(delivery(Date.now() + 3_600_000));
  const { queue, sent } = queueOver(spool);
  await queue.resume();
  await expect.poll(() => queue.waiting).toBe(0);
  expect(sent).toHaveLength(1);
});

test('a spool whose deliveries are removed while it is read returns the others', async () => {
  const folder = join(temporaryFolder(), 'deliveries');
  const spool = fileSpool(folder);
  const all = Array.from({ length: 50 }, (_, at) => delivery(at));
  for (const each of all) await spool.put(each);
  const gone = all.slice(25);
  const [found] = await Promise.all([spool.pending(), ...gone.map((each) => spool.remove(each))]);
  expect(found.map(({ id }) => id)).toEqual(
    expect.arrayContaining(all.slice(0, 25).map(({ id }) => id)),
  );
});
