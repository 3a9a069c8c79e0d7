import type { Run } from '@tidemark/core';
import { formatBriefly, formatNumber } from '../../render/quantities.ts';
import type { Cell } from '../../render/table.ts';
import { textWidth } from '../../render/text-width.ts';

/**
 * Returns a cell of latest values, requested metrics first. If not all fit, it ends with the number of the others.
 */
export function metricsCell({ metrics }: Pick<Run, 'metrics'>, asked: string): Cell {
  const isAsked = (key: string): number => (asked.includes(`metrics.${key}`) ? 0 : 1);
  const points = Object.values(metrics).sort((a, b) => isAsked(a.key) - isAsked(b.key));
  return {
    text: points.map(({ key, value }) => `${key}=${formatNumber(value)}`).join(' '),
    // It starts at the first one, because only a few of thousands fit.
    cut: (width) => {
      let text = '';
      let fitting: string | undefined;
      for (const [index, { key, value }] of points.entries()) {
        text += `${index === 0 ? '' : ' '}${key}=${formatBriefly(value)}`;
        const left = points.length - index - 1;
        const shown = left === 0 ? text : `${text} +${left}`;
        if (textWidth(shown) <= width) fitting = shown;
        else if (fitting !== undefined || textWidth(text) > width) break;
      }
      return fitting ?? text;
    },
  };
}
