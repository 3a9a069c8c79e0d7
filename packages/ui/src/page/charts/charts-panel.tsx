import type { Run } from '@tidemark/core';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { address, changeQuery } from '../address/address.ts';
import { MetricChart } from './metric-chart.tsx';

const SMOOTHEST = 0.99;

/** One chart for each metric of some runs. Only charts near the window are mounted, so thousands cost nothing. */
export function ChartsPanel({ runs }: { readonly runs: readonly Run[] }): VNode {
  const { query } = address.value;
  const find = query.metric ?? '';
  const smoothing = Math.min(SMOOTHEST, Math.max(0, Number(query.smooth ?? 0) || 0));
  const isLog = query.scale === 'log';
  const keys = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))]
    .filter((key) => key.toLowerCase().includes(find.toLowerCase()))
    .sort();
  return (
    <div class="charts-frame">
      <div class="tools">
        <input
          type="search"
          aria-label="Find a metric by its name"
          placeholder="Find a metric"
          value={find}
          onInput={({ currentTarget }) => changeQuery({ metric: currentTarget.value })}
        />
        <label>
          Smooth{' '}
          <input
            type="range"
            min="0"
            max={SMOOTHEST}
            step="0.01"
            value={smoothing}
            onInput={({ currentTarget }) =>
              changeQuery({ smooth: currentTarget.value === '0' ? undefined : currentTarget.value })
            }
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={isLog}
            onChange={() => changeQuery({ scale: isLog ? undefined : 'log' })}
          />{' '}
          Logarithmic
        </label>
      </div>
      <div class="charts">
        {keys.map((metric) => (
          <WhenNear key={metric}>
            <MetricChart runs={runs} metric={metric} smoothing={smoothing} isLog={isLog} />
          </WhenNear>
        ))}
      </div>
      {keys.length === 0 && <p class="soft">There is no metric to draw.</p>}
    </div>
  );
}

/** Mounts its child while it is within a screen of the window, and keeps its place otherwise. */
function WhenNear({ children }: { readonly children: VNode }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => setNear(entry?.isIntersecting === true),
      { rootMargin: '100%' },
    );
    if (place.current !== null) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="chart-place" ref={place}>
      {isNear && children}
    </div>
  );
}
