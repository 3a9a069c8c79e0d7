import { Agent, request } from 'node:http';

/** One call of an API. */
export interface ApiCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** The result of a load. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends calls over `concurrency` kept connections until the time or the number of requests is used up. */
export async function generateLoad(
  baseUri: string,
  nextCall: (index: number) => ApiCall,
  limits: { concurrency: number; requests: number; durationMs: number },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: limits.concurrency });
  const latenciesMs: number[] = [];
  let sent = 0;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (sent < limits.requests && performance.now() - started < limits.durationMs) {
      const call = nextCall(sent);
      sent += 1;
      const before = performance.now();
      await send(agent, baseUri, call);
      latenciesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: limits.concurrency }, worker));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  const quantile = (part: number): number =>
    latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * part))] as number;
  return {
    requests: latenciesMs.length,
    requestsPerSecond: latenciesMs.length / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

/** Sends one call and returns its answer. Any status but 200 ends the benchmark. */
export function send(agent: Agent, baseUri: string, call: ApiCall): Promise<string> {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${baseUri}${call.path}`,
      {
        agent,
        method: call.method,
        ...(body === undefined
          ? {}
          : {
              headers: {
                'content-type': 'application/json',
                'content-length': Buffer.byteLength(body),
              },
            }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode === 200) resolve(text);
          else reject(new Error(`${call.method} ${call.path}: ${incoming.statusCode} ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
