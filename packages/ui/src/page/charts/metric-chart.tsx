import { bucketColumnsOf, type Run } from '@tidemark/core';
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { pageStore } from '../data/page-store.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Problem } from '../shell/problem.tsx';
import { numberText } from '../text/number-text.ts';
import { type Curve, curveOf, smoothed, valueAt } from './curve.ts';
import { CurvePlot, type DrawnCurve } from './curve-plot.ts';
import { runColour, runDash } from './run-colour.ts';

/** Buckets of a chart: about one for each pixel of its width. */
const BUCKETS = 600;
/** Runs named below a chart. */
const LEGEND_RUNS = 8;

interface MetricChartProps {
  readonly runs: readonly Run[];
  readonly metric: string;
  readonly smoothing: number;
  readonly isLog: boolean;
}

/** The curves of one metric of some runs. Dragging over a range reads it in finer buckets; a double click shows all. */
export function MetricChart({ runs, metric, smoothing, isLog }: MetricChartProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState<readonly [number, number]>();
  const [atStep, setAtStep] = useState<number>();
  const having = useMemo(
    () => runs.filter(({ metrics }) => Object.hasOwn(metrics, metric)),
    [runs, metric],
  );
  const ids = having.map(({ runId }) => runId);
  const {
    value: curves,
    error,
    isLoading,
  } = useLoaded(async () => {
    const options = {
      count: BUCKETS,
      ...(range === undefined ? {} : { firstStep: range[0], lastStep: range[1] }),
    };
    return (await bucketColumnsOf(pageStore, ids, metric, options)).map(curveOf);
  }, [ids.join(), metric, range?.join()]);
  const drawn = useMemo(
    () => (curves === undefined ? [] : drawnCurves(having, curves, smoothing)),
    [having, curves, smoothing],
  );
  useEffect(() => {
    if (place.current === null || drawn.length === 0) return;
    const plot = new CurvePlot(place.current, {
      curves: drawn,
      isLog,
      onRange: (from, to) => setRange([Math.floor(from), Math.ceil(to)]),
      onWhole: () => setRange(undefined),
      onStep: setAtStep,
    });
    return () => plot.destroy();
  }, [drawn, isLog]);
  const isSampled = curves?.some((curve) => curve.isSampled) === true;
  return (
    <figure class="chart" aria-label={`${metric} of ${having.length} runs`}>
      <figcaption>
        <strong>{metric}</strong>
        <span class="soft">
          {isLoading ? 'reading …' : isSampled ? 'range of each pixel' : 'every point'}
          {atStep !== undefined && `, step ${atStep}`}
        </span>
        {range !== undefined && (
          <button type="button" class="quiet" onClick={() => setRange(undefined)}>
            Show all steps
          </button>
        )}
      </figcaption>
      {error !== undefined && <Problem error={error} />}
      <div class="plot" ref={place} />
      <Legend runs={having} curves={curves ?? []} atStep={atStep} />
    </figure>
  );
}

/** The names of the first runs, with their values at the step under the pointer, or their last ones. */
function Legend({
  runs,
  curves,
  atStep,
}: {
  readonly runs: readonly Run[];
  readonly curves: readonly Curve[];
  readonly atStep: number | undefined;
}): VNode {
  return (
    <ul class="legend">
      {runs.slice(0, LEGEND_RUNS).map((run, place) => {
        const curve = curves[place];
        const value =
          curve === undefined ? undefined : valueAt(curve, atStep ?? Number.POSITIVE_INFINITY);
        return (
          <li key={run.runId}>
            <i class="swatch" style={{ background: runColour(run.runId) }} />
            <span class="name">{run.name}</span>
            <span class="number">{value === undefined ? '–' : numberText(value)}</span>
          </li>
        );
      })}
      {runs.length > LEGEND_RUNS && <li class="soft">and {runs.length - LEGEND_RUNS} more</li>}
    </ul>
  );
}

function drawnCurves(
  runs: readonly Run[],
  curves: readonly Curve[],
  smoothing: number,
): DrawnCurve[] {
  return curves.flatMap((curve, place): DrawnCurve[] => {
    const run = runs[place];
    if (run === undefined) return [];
    const line = {
      colour: runColour(run.runId),
      dash: runDash(run.runId),
      steps: curve.steps,
      marks: curve.marks,
    };
    if (smoothing === 0) return [{ ...line, values: curve.values, isFaint: false }];
    return [
      { ...line, values: curve.values, isFaint: true },
      { ...line, values: smoothed(curve.values, smoothing), isFaint: false, marks: [] },
    ];
  });
}
