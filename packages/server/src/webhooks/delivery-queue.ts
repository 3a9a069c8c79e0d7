import { isTidemarkError } from '@tidemark/core';
import { type Delivery, deliveryHeaders } from './delivery.ts';
import type { DeliverySpool } from './delivery-spool.ts';
import type { AttemptAnswer, Send } from './send-delivery.ts';

/** Where a delivery goes now, and with which secret; `undefined` when nothing is to be sent any more. */
export type FindReceiver = (
  webhookId: string,
) => { readonly url: string; readonly secret?: string } | undefined;

/** What is written to the log. Never a secret, never a body. */
export interface DeliveryLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** How deliveries are made. */
export interface DeliveryQueueOptions {
  readonly send: Send;
  readonly spool: DeliverySpool;
  readonly receiver: FindReceiver;
  readonly log: DeliveryLog;
  readonly limits?: Partial<DeliveryLimits>;
}

/** Bounds, with their defaults. */
export interface DeliveryLimits {
  /** Deliveries that wait, of all webhooks together; 10,000. Those beyond are dropped and counted. */
  readonly waiting: number;
  /** Attempts under way at one time; 16. */
  readonly atOnce: number;
  /** Attempts at one delivery, the first among them; 8, over about two minutes. */
  readonly attempts: number;
  /** The wait before the second attempt; 1000. It doubles each time. */
  readonly firstWaitMs: number;
  /** The longest wait; 60,000. */
  readonly longestWaitMs: number;
  /** One attempt; 30,000. */
  readonly timeoutMs: number;
  /** How old a delivery may be that an earlier process left behind; three days. */
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

/** The deliveries of one webhook, one after the other: a receiver hears of things in their order. */
interface Lane {
  readonly webhookId: string;
  readonly deliveries: Delivery[];
  attempts: number;
  state: 'idle' | 'ready' | 'sending' | 'waiting';
}

/**
 * Delivers in parallel to the server's work. Adding never waits, one slow receiver does not delay others, and the
 * next process delivers what is left when this one ends.
 */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions;
  readonly #limits: DeliveryLimits;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  readonly #sending = new Set<Promise<void>>();
  /** Writes to the spool that have to end before the delivery is taken out of it again. */
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

  /** What became of deliveries since the start. */
  get counts(): Readonly<Record<'delivered' | 'failed' | 'dropped' | 'retried', number>> {
    return this.#counts;
  }

  /** Deliveries that have not arrived yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes up what an earlier process left behind. */
  async resume(): Promise<void> {
    for (const delivery of await this.#options.spool.pending()) {
      // Added here while the spool was read, or by another server of the store that runs.
      if (delivery.createdAtMs > this.#startedAtMs) continue;
      if (Date.now() - delivery.createdAtMs > this.#limits.oldestMs) {
        this.#counts.dropped += 1;
        await this.#forget(delivery);
      } else this.#enqueue(delivery);
    }
  }

  /** Adds a delivery, at once; or drops it when too many wait. */
  add(delivery: Delivery): void {
    if (this.#waiting >= this.#limits.waiting) {
      this.#counts.dropped += 1;
      this.#options.log.warn(
        { webhook: delivery.webhookId },
        'webhook delivery dropped: too many wait',
      );
      return;
    }
    const spooled = this.#options.spool.put(delivery).catch((err: unknown) => {
      // It is delivered all the same, only not after the process has ended.
      this.#options.log.warn({ err, delivery: delivery.id }, 'webhook delivery not spooled');
    });
    this.#spooling.set(delivery.id, spooled);
    // A request that was cut off when the server ended may still make its change: the next start tells it.
    if (!this.#closed) this.#enqueue(delivery);
  }

  /** Stops: attempts under way get so many milliseconds to end; the rest is for the next process. */
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
        // No rule of ours changes by trying again; the network may.
        again: !isTidemarkError(error),
      };
    }
  }

  #waitThenRetry(lane: Lane, retryAfterMs: number | undefined): void {
    const { firstWaitMs, longestWaitMs } = this.#limits;
    const doubled = firstWaitMs * 2 ** (lane.attempts - 1);
    // Up to as much again by chance, so that receivers that come back are not met by all at once.
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
      // It may be delivered a second time by the next process; receivers know it by its id.
      this.#options.log.warn(
        { err, delivery: delivery.id },
        'webhook delivery not taken from the spool',
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
