import { isTidemarkError } from '@tidemark/core';
import { type Delivery, deliveryHeaders } from './delivery.ts';
import type { DeliverySpool } from './delivery-spool.ts';
import type { AttemptAnswer, Send } from './send-delivery.ts';

/** Returns the receiver of a delivery and its secret, or `undefined` when nothing should be sent any more. */
export type FindReceiver = (
  webhookId: string,
) => { readonly url: string; readonly secret?: string } | undefined;

/** The log of deliveries. It never gets a secret or a body. */
export interface DeliveryLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Options of `DeliveryQueue`. */
export interface DeliveryQueueOptions {
  readonly send: Send;
  readonly spool: DeliverySpool;
  readonly receiver: FindReceiver;
  readonly log: DeliveryLog;
  readonly limits?: Partial<DeliveryLimits>;
}

/** Limits of deliveries. */
export interface DeliveryLimits {
  /** The most waiting deliveries of all webhooks together. Default 10,000. Further ones are dropped and counted. */
  readonly waiting: number;
  /** The most attempts at the same time. Default 16. */
  readonly atOnce: number;
  /** The most attempts of one delivery. Default 8, which takes about two minutes. */
  readonly attempts: number;
  /** The wait before the second attempt. Default 1000. It doubles each time. */
  readonly firstWaitMs: number;
  /** The longest wait between attempts. Default 60,000. */
  readonly longestWaitMs: number;
  /** The time limit of one attempt. Default 30,000. */
  readonly timeoutMs: number;
  /** The greatest age of a delivery that an earlier process left. Default three days. */
  readonly oldestMs: number;
}

const DEFAULTS: DeliveryLimits = {
  waiting: 10_000,
  atOnce: 16,
  attempts: 8,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
  timeoutMs: 30_000,
  oldestMs: 3 * 24 * 60 * 60_000,
};

/** How far the clocks of two servers of one store may differ. */
const CLOCK_SKEW_MS = 60_000;

/** The deliveries of one webhook, one after the other, so that a receiver gets them in order. */
interface Lane {
  readonly webhookId: string;
  readonly deliveries: Delivery[];
  attempts: number;
  state: 'idle' | 'ready' | 'sending' | 'waiting';
}

/**
 * Sends deliveries in the background. Adding one never waits, and a slow receiver does not delay others. When the
 * process ends, the next one sends what is left.
 */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions;
  readonly #limits: DeliveryLimits;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  readonly #sending = new Set<Promise<void>>();
  /** Writes to the spool that must finish before the delivery is removed from it. */
  readonly #spooling = new Map<string, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stop = new AbortController();
  readonly #counts = { delivered: 0, failed: 0, dropped: 0, retried: 0 };
  readonly #startedAtMs = Date.now();
  #waiting = 0;
  #closed = false;

  constructor(options: DeliveryQueueOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULTS, ...options.limits };
  }

  /** Counts of deliveries since the start, by their result. */
  get counts(): Readonly<Record<'delivered' | 'failed' | 'dropped' | 'retried', number>> {
    return this.#counts;
  }

  /** Deliveries that have not arrived yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Enqueues the deliveries that an earlier process left. */
  async resume(): Promise<void> {
    for (const delivery of await this.#options.spool.pending()) {
      const ageMs = Date.now() - delivery.createdAtMs;
      // Added here while the spool was read, or by another server of the store that is running. A delivery from the
      // future is neither: since it was added, the clock was set back.
      if (delivery.createdAtMs > this.#startedAtMs && ageMs > -CLOCK_SKEW_MS) continue;
      if (ageMs > this.#limits.oldestMs) {
        this.#counts.dropped += 1;
        await this.#forget(delivery);
      } else this.#enqueue(delivery);
    }
  }

  /** Enqueues a delivery, or drops it when too many wait. Never waits. */
  add(delivery: Delivery): void {
    if (this.#waiting >= this.#limits.waiting) {
      this.#counts.dropped += 1;
      this.#options.log.warn(
        { webhook: delivery.webhookId },
        'webhook delivery dropped: too many deliveries are waiting',
      );
      return;
    }
    const spooled = this.#options.spool.put(delivery).catch((err: unknown) => {
      // The delivery is still sent, but it does not survive the process.
      this.#options.log.warn({ err, delivery: delivery.id }, 'webhook delivery not spooled');
    });
    this.#spooling.set(delivery.id, spooled);
    // A request that was cut off when the server closed may still make its change. The next start sends it.
    if (!this.#closed) this.#enqueue(delivery);
  }

  /** Stops. Attempts that are running may finish within `graceMs`. The rest is for the next process. */
  async close(graceMs = 5000): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const giveUp = setTimeout(() => this.#stop.abort(), graceMs);
    await Promise.allSettled([...this.#sending, ...this.#spooling.values()]);
    clearTimeout(giveUp);
    if (this.#waiting === 0) return;
    const next = this.#options.spool.outlives ? 'the next start sends them' : 'they are lost';
    this.#options.log.warn(
      { deliveries: this.#waiting },
      `webhook deliveries had not arrived when the server ended: ${next}`,
    );
  }

  #enqueue(delivery: Delivery): void {
    const { webhookId } = delivery;
    let lane = this.#lanes.get(webhookId);
    if (lane === undefined) {
      lane = { webhookId, deliveries: [], attempts: 0, state: 'idle' };
      this.#lanes.set(webhookId, lane);
    }
    lane.deliveries.push(delivery);
    this.#waiting += 1;
    if (lane.state === 'idle') this.#makeReady(lane);
  }

  #makeReady(lane: Lane): void {
    lane.state = 'ready';
    this.#ready.push(lane);
    this.#run();
  }

  #run(): void {
    while (!this.#closed && this.#sending.size < this.#limits.atOnce) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      lane.state = 'sending';
      const sending: Promise<void> = this.#attempt(lane).finally(() => {
        this.#sending.delete(sending);
        this.#run();
      });
      this.#sending.add(sending);
    }
  }

  async #attempt(lane: Lane): Promise<void> {
    const [delivery] = lane.deliveries;
    if (delivery === undefined) return;
    lane.attempts += 1;
    const outcome = await this.#send(delivery);
    if (this.#closed && outcome.kind !== 'delivered') return;
    const { kind } = outcome;
    if (kind === 'failed' && outcome.again && lane.attempts < this.#limits.attempts) {
      this.#counts.retried += 1;
      this.#waitThenRetry(lane, outcome.retryAfterMs);
      return;
    }
    if (kind === 'delivered') this.#counts.delivered += 1;
    if (kind === 'unwanted') this.#counts.dropped += 1;
    if (kind === 'failed') {
      this.#counts.failed += 1;
      const { webhookId, id } = delivery;
      const { attempts } = lane;
      this.#options.log.warn(
        { webhook: webhookId, delivery: id, attempts, reason: outcome.reason },
        'webhook delivery given up',
      );
    }
    await this.#forget(delivery);
    lane.deliveries.shift();
    lane.attempts = 0;
    this.#waiting -= 1;
    if (lane.deliveries.length > 0) this.#makeReady(lane);
    else this.#lanes.delete(lane.webhookId);
  }

  async #send(delivery: Delivery): Promise<Outcome> {
    const { receiver, send } = this.#options;
    try {
      const found = receiver(delivery.webhookId);
      if (found === undefined) return { kind: 'unwanted' };
      const answer = await send({
        url: found.url,
        headers: deliveryHeaders(delivery, found.secret, Date.now()),
        body: delivery.body,
        signal: this.#stop.signal,
        timeoutMs: this.#limits.timeoutMs,
      });
      return outcomeOf(answer);
    } catch (error) {
      return {
        kind: 'failed',
        reason: error instanceof Error ? error.message : String(error),
        // A second attempt cannot change our own refusal, but it can change a failure of the network.
        again: !isTidemarkError(error),
      };
    }
  }

  #waitThenRetry(lane: Lane, retryAfterMs: number | undefined): void {
    const { firstWaitMs, longestWaitMs } = this.#limits;
    const doubled = firstWaitMs * 2 ** (lane.attempts - 1);
    // A random part of up to the same length, so that a receiver that comes back is not met by all at once.
    const waitMs = Math.min(longestWaitMs, Math.max(doubled, retryAfterMs ?? 0));
    lane.state = 'waiting';
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#makeReady(lane);
      },
      waitMs + Math.random() * Math.min(doubled, firstWaitMs),
    );
    timer.unref();
    this.#timers.add(timer);
  }

  async #forget(delivery: Delivery): Promise<void> {
    try {
      await this.#spooling.get(delivery.id);
      this.#spooling.delete(delivery.id);
      await this.#options.spool.remove(delivery);
    } catch (err) {
      // The next process may send it a second time. Receivers recognise it by its id.
      this.#options.log.warn(
        { err, delivery: delivery.id },
        'webhook delivery not removed from the spool',
      );
    }
  }
}

type Outcome =
  | { readonly kind: 'delivered' }
  /** The webhook was deleted or disabled in the meantime. */
  | { readonly kind: 'unwanted' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly again: boolean;
      readonly retryAfterMs?: number;
    };

function outcomeOf({ status, retryAfterMs }: AttemptAnswer): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  return {
    kind: 'failed',
    reason: `the receiver answered ${status}`,
    again: status === 429 || status >= 500,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
