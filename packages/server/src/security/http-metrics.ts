import type { FastifyInstance } from 'fastify';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers of another part of the server, read when Prometheus asks. */
export interface MetricSource {
  /** As Prometheus names it, such as `tidemark_webhook_deliveries_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** The values now, by one label's value; `''` where there is no label. */
  readonly values: () => Readonly<Record<string, number>>;
  readonly label?: string;
}

/** One request that was answered. */
interface Observation {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** In seconds: from a batch in a warm store to a search over everything. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Answers to requests that no route is for; their paths are the client's and would be endless. */
const NO_ROUTE = 'none';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Observations that wait for prom-client to be loaded; beyond, they are not kept. */
const WAITING_AT_MOST = 10_000;

/**
 * Counts and times every request for Prometheus, by the pattern of its route and never by its path.
 * prom-client is loaded with the first request that is answered, so that the server starts sooner.
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
      // Comes once for every answer, also for one that the client did not wait for.
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

  /** What `/metrics` answers, and its content type. */
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
