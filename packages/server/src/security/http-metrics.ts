import type { FastifyInstance } from 'fastify';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers of another part of the server, which are read for each request of Prometheus. */
export interface MetricSource {
  /** The name in Prometheus, such as `tidemark_webhook_deliveries_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** Returns the current values by the value of the label. Without a label the key is `''`. */
  readonly values: () => Readonly<Record<string, number>>;
  readonly label?: string;
}

/** One answered request. */
interface Observation {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Limits of the buckets in seconds: from a batch in a warm store to a search over everything. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** The label of requests without a route. Their paths come from clients, so there would be endless labels. */
const NO_ROUTE = 'none';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Observations that are kept until prom-client is loaded. Further ones are dropped. */
const WAITING_AT_MOST = 10_000;

/**
 * Counts and times every request for Prometheus, by the pattern of its route and never by its path. The first
 * answered request loads prom-client, so that the server starts sooner.
 */
export class HttpMetrics {
  readonly #sources: readonly MetricSource[];
  #waiting: Observation[] = [];
  #loaded: Promise<Instruments> | undefined;
  #instruments: Instruments | undefined;
  #inFlight = 0;

  constructor(sources: readonly MetricSource[] = []) {
    this.#sources = sources;
  }

  /** Watches the requests of a server. Call it before routes are added. */
  watch(app: FastifyInstance): void {
    app.addHook('onRequest', (_request, reply, done) => {
      this.#inFlight += 1;
      // Called once for every answer, also when the client disconnects before it.
      reply.raw.once('close', () => {
        this.#inFlight -= 1;
      });
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      this.#observe({
        method: METHODS.has(request.method) ? request.method : 'OTHER',
        route: request.routeOptions.url ?? NO_ROUTE,
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1000,
      });
      done();
    });
  }

  /** Returns the answer of `/metrics` and its content type. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    const { registry, inFlight } = await this.#load();
    inFlight.set(this.#inFlight);
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  #observe(observation: Observation): void {
    if (this.#instruments !== undefined) {
      record(this.#instruments, observation);
      return;
    }
    if (this.#waiting.length < WAITING_AT_MOST) this.#waiting.push(observation);
    void this.#load();
  }

  #load(): Promise<Instruments> {
    this.#loaded ??= loadInstruments(this.#sources).then((instruments) => {
      for (const observation of this.#waiting) record(instruments, observation);
      this.#waiting = [];
      this.#instruments = instruments;
      return instruments;
    });
    return this.#loaded;
  }
}

interface Instruments {
  readonly registry: Registry;
  readonly requests: Counter;
  readonly durations: Histogram;
  readonly inFlight: Gauge;
}

function record(instruments: Instruments, observation: Observation): void {
  const { method, route, status, seconds } = observation;
  instruments.requests.inc({ method, route, status: String(status) });
  instruments.durations.observe({ method, route }, seconds);
}

async function loadInstruments(sources: readonly MetricSource[]): Promise<Instruments> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  for (const { name, help, kind, values, label } of sources) {
    const labelNames = label === undefined ? [] : [label];
    const labelled = (key: string) => (label === undefined ? {} : { [label]: key });
    if (kind === 'gauge') {
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [key, value] of Object.entries(values())) this.set(labelled(key), value);
        },
      });
    } else {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [key, value] of Object.entries(values())) this.inc(labelled(key), value);
        },
      });
    }
  }
  return {
    registry,
    requests: new Counter({
      name: 'tidemark_http_requests_total',
      help: 'Requests that were answered.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    durations: new Histogram({
      name: 'tidemark_http_request_duration_seconds',
      help: 'From the first byte of a request to the last of its answer.',
      labelNames: ['method', 'route'],
      buckets: BUCKETS,
      registers,
    }),
    inFlight: new Gauge({
      name: 'tidemark_http_requests_in_flight',
      help: 'Requests that are being answered.',
      registers,
    }),
  };
}
