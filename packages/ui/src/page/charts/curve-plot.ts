import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** A curve with the way that it is drawn. */
export interface DrawnCurve {
  readonly colour: string;
  /** Lengths of the parts of a dash in pixels; empty for a whole line. */
  readonly dash: readonly number[];
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Steps that are marked at the lower edge. */
  readonly marks: readonly number[];
  readonly isFaint: boolean;
}

/** What a plot shows, and whom it tells what people do with it. */
export interface PlotOptions {
  readonly curves: readonly DrawnCurve[];
  readonly isLog: boolean;
  /** Called with the range of steps that the user selects. */
  readonly onRange: (from: number, to: number) => void;
  /** Called when the user wants to see all steps. */
  readonly onWhole: () => void;
  /** The step under the pointer, on this chart or another one; `undefined` when the pointer leaves. */
  readonly onStep: (step: number | undefined) => void;
}

const HEIGHT_PX = 220;
const FAINT = 0.25;
/** All charts of the page show the same step under the pointer. */
const SYNC_KEY = 'steps';

/**
 * The only file that knows uPlot. uPlot draws axes, the crosshair and the selection. Each curve has its own steps, so
 * they are drawn here: joined to one table, as uPlot wants them, a hundred curves would be forty million cells.
 */
export class CurvePlot {
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;

  constructor(place: HTMLElement, options: PlotOptions) {
    const style = getComputedStyle(place);
    const ink = style.getPropertyValue('--soft');
    const axis = {
      stroke: ink,
      grid: { stroke: style.getPropertyValue('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    const [steps, values] = extentsOf(options);
    this.#plot = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false },
          sync: { key: SYNC_KEY, setSeries: false },
          bind: {
            dblclick: () => () => {
              options.onWhole();
              return null;
            },
          },
        },
        scales: {
          x: { time: false, range: steps },
          y: { distr: options.isLog ? 3 : 1, range: values },
        },
        axes: [
          { ...axis, size: 28 },
          { ...axis, size: 56 },
        ],
        series: [{}, { show: true, points: { show: false }, paths: () => null }],
        hooks: {
          draw: [(plot) => drawCurves(plot, options)],
          setSelect: [
            (plot) => {
              const { left, width } = plot.select;
              if (width > 2)
                options.onRange(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
              plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            ({ cursor: { left = -1 }, posToVal }) =>
              options.onStep(left < 0 ? undefined : Math.round(posToVal(left, 'x'))),
          ],
        },
      },
      // Ends of the axes only: the curves are drawn by the hook.
      [[...steps], [...values]],
      place,
    );
    this.#observer = new ResizeObserver(() =>
      this.#plot.setSize({ width: place.clientWidth, height: HEIGHT_PX }),
    );
    this.#observer.observe(place);
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }
}

function drawCurves(plot: uPlot, { curves, isLog }: PlotOptions): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = 'round';
  for (const { colour, dash, steps, values, marks, isFaint } of curves) {
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.globalAlpha = isFaint ? FAINT : 1;
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.beginPath();
    let isPen = false;
    for (let place = 0; place < steps.length; place += 1) {
      const value = values[place] ?? 0;
      if (isLog && value <= 0) {
        isPen = false;
        continue;
      }
      const x = plot.valToPos(steps[place] ?? 0, 'x', true);
      const y = plot.valToPos(value, 'y', true);
      if (isPen) ctx.lineTo(x, y);
      else ctx.moveTo(x, y);
      isPen = true;
    }
    ctx.stroke();
    if (steps.length === 1) dot(plot, steps[0] ?? 0, values[0] ?? 0);
    ctx.setLineDash([]);
    for (const step of marks) {
      const x = plot.valToPos(step, 'x', true);
      ctx.fillRect(x - ratio, bbox.top + bbox.height - 8 * ratio, 2 * ratio, 8 * ratio);
    }
  }
  ctx.restore();
}

function dot(plot: uPlot, step: number, value: number): void {
  const { ctx } = plot;
  ctx.beginPath();
  ctx.arc(
    plot.valToPos(step, 'x', true),
    plot.valToPos(value, 'y', true),
    3 * devicePixelRatio,
    0,
    2 * Math.PI,
  );
  ctx.fill();
}

type Extent = [number, number];

/** Returns the ranges of the axes, a little wider than the curves. */
function extentsOf({ curves, isLog }: PlotOptions): [steps: Extent, values: Extent] {
  let [firstStep, lastStep] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { steps, values } of curves) {
    for (let place = 0; place < steps.length; place += 1) {
      const step = steps[place] ?? 0;
      const value = values[place] ?? 0;
      if (step < firstStep) firstStep = step;
      if (step > lastStep) lastStep = step;
      if (isLog && value <= 0) continue;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
  }
  return [widened(firstStep, lastStep, 0, false), widened(lowest, highest, 0.05, isLog)];
}

function widened(least: number, greatest: number, share: number, isLog: boolean): Extent {
  if (!Number.isFinite(least)) return isLog ? [1, 10] : [0, 1];
  if (isLog) return least === greatest ? [least / 2, greatest * 2] : [least * 0.9, greatest * 1.1];
  if (least === greatest) return [least - 0.5, greatest + 0.5];
  const more = (greatest - least) * share;
  return [least - more, greatest + more];
}
