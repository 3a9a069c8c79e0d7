/** How the action speaks to the runner. What it is given is safe to be printed. */
export interface Reporter {
  /** Has the runner mask a value in all logs that follow. */
  setSecret(value: string): void;
  /** A line of the log. */
  log(line: string): void;
  warning(message: string): void;
  /** An error annotation. */
  error(message: string): void;
  /** The last annotation, of a step that fails. */
  fail(message: string): void;
  setOutput(name: string, value: string): void;
  /** Appends to the job summary. */
  writeSummary(markdown: string): Promise<void>;
}
