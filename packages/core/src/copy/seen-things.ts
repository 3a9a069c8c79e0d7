import type { TidemarkError } from '../errors.ts';
import type { EventSubject } from '../events/event-kind.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { createOrTakeExperiment } from '../tracking/find-experiment.ts';

/**
 * The runs, models and experiments that a handle saw on a server. Before a write about one of them goes to the spool,
 * the spool must have it.
 */
export class SeenThings {
  readonly #experiments = new Map<ExperimentId, Experiment>();
  readonly #runs = new Map<RunId, Run>();
  readonly #models = new Map<LoggedModelId, LoggedModel>();
  /** The things that are being copied into the spool, by id. */
  readonly #brought = new Map<string, Promise<unknown>>();
  #awayError: TidemarkError | undefined;

  /** Remembers what was read from the server, in place of what was seen of it before. */
  note(seen: {
    readonly experiments?: readonly Experiment[];
    readonly runs?: readonly Run[];
    readonly models?: readonly LoggedModel[];
  }): void {
    for (const each of seen.experiments ?? []) this.#experiments.set(each.experimentId, each);
    for (const each of seen.runs ?? []) this.#runs.set(each.runId, each);
    for (const each of seen.models ?? []) this.#models.set(each.modelId, each);
  }

  /**
   * Records that the server is unreachable from now on, and why. A run that was not seen cannot be copied into the
   * spool.
   */
  away(error: TidemarkError): void {
    this.#awayError = error;
  }

  /** Returns the experiments seen so far. */
  experiments(): Experiment[] {
    return [...this.#experiments.values()];
  }

  /** Returns the id of an experiment in the spool, where it is created under its name if it does not exist. */
  async experimentIn(spool: Store, experimentId: ExperimentId): Promise<ExperimentId> {
    const seen = this.#experiments.get(experimentId);
    if (seen === undefined) return experimentId;
    const there = (await spool.experiments()).find(({ name }) => name === seen.name);
    if (there !== undefined) return there.experimentId;
    const { name, creationTimeMs } = seen;
    const draft = { experimentId, name, creationTimeMs };
    return (await createOrTakeExperiment(spool, draft)).experimentId;
  }

  /**
   * Creates a run or a logged model of the server in the spool. @throws the error of the unreachable server, for a
   * run that was not seen
   */
  async bring(spool: Store, thing: EventSubject): Promise<void> {
    if ('run' in thing) await this.#once(thing.run, () => this.#bringRun(spool, thing.run));
    if ('model' in thing) await this.#once(thing.model, () => this.#bringModel(spool, thing.model));
  }

  /** Creates the run without its tags, which other processes may change meanwhile. */
  async #bringRun(spool: Store, runId: RunId): Promise<void> {
    const seen = this.#runs.get(runId);
    if ((await spool.runs({ runIds: [runId] })).length > 0) return;
    if (seen === undefined) throw this.#awayError;
    const experimentId = await this.experimentIn(spool, seen.experimentId);
    const { name, userId, startTimeMs } = seen;
    await spool.createRun({ runId, experimentId, name, userId, startTimeMs });
  }

  async #bringModel(spool: Store, modelId: LoggedModelId): Promise<void> {
    const seen = this.#models.get(modelId);
    if (seen === undefined || (await spool.loggedModels({ modelIds: [modelId] })).length > 0) {
      return;
    }
    const experimentId = await this.experimentIn(spool, seen.experimentId);
    const { name, creationTimeMs, sourceRunId } = seen;
    await spool.createLoggedModel({
      modelId,
      experimentId,
      name,
      creationTimeMs,
      ...(sourceRunId === undefined ? {} : { sourceRunId }),
    });
  }

  #once(id: string, bring: () => Promise<void>): Promise<unknown> {
    let brought = this.#brought.get(id);
    if (brought === undefined) {
      brought = bring().catch((error: unknown) => {
        this.#brought.delete(id);
        throw error;
      });
      this.#brought.set(id, brought);
    }
    return brought;
  }
}
