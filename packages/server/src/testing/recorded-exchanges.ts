/** A request to MLflow's server and its answer. */
export interface RecordedExchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly status: number;
  /** Without parameters. */
  readonly responseType: string;
  readonly responseBody: string;
}

const ENDING = / ?\[(\d{3}) ([^\]]+)\]$/;

/**
 * Parses the recording: `>>` and the arguments of curl, then the body, its status and its content type. An exchange
 * whose answer was cut off has no status and is left out.
 */
export function parseExchanges(text: string): RecordedExchange[] {
  return text
    .split(/^>> /m)
    .slice(1)
    .flatMap((part) => {
      const lineEnd = part.indexOf('\n');
      const command = part.slice(0, lineEnd);
      const answer = part.slice(lineEnd + 1).trimEnd();
      const [ending, status, type] = ENDING.exec(answer) ?? [];
      if (ending === undefined || status === undefined || type === undefined) return [];
      const contentType = /-H Content-Type: (\S+)/.exec(command)?.[1];
      const body = / (?:-d|--data-binary) (.*)$/.exec(command)?.[1];
      return [
        {
          method: /-X([A-Z]+)/.exec(command)?.[1] ?? 'GET',
          url: /http:\/\/[\w.:]+(\/\S*)/.exec(command)?.[1] ?? '/',
          ...(contentType === undefined ? {} : { contentType }),
          ...(body === undefined ? {} : { body }),
          status: Number(status),
          responseType: type.split(';')[0] as string,
          responseBody: withoutHeaders(answer.slice(0, -ending.length).trimEnd()),
        },
      ];
    });
}

/** Removes the headers, which curl's `-i` puts before the body. */
function withoutHeaders(answer: string): string {
  return answer.startsWith('HTTP/') ? answer.replace(/^[\s\S]*?\r?\n\r?\n/, '') : answer;
}
