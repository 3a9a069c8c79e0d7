import type { Run } from '@tidemark/core';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { printAddress } from '../address/address.ts';
import { runColour } from '../charts/run-colour.ts';
import type { Column } from './columns.ts';
import type { Order } from './order.ts';
import { StatusDot } from './status-dot.tsx';
import { visibleRange } from './visible-range.ts';

const ROW_PX = 34;
const NAME_PX = 250;
const OVER_ROWS = 8;
const OVER_COLUMNS = 2;
/** More rows are read when this many or fewer lie below the window. */
const AHEAD_ROWS = 60;

interface RunsTableProps {
  readonly runs: readonly Run[];
  readonly columns: readonly Column[];
  readonly order: Order;
  readonly chosen: ReadonlySet<string>;
  readonly onOrder: (field: string) => void;
  readonly onChoose: (runId: string) => void;
  readonly onNearEnd: () => void;
}

/** A table of runs that mounts only the rows and columns in sight. The name of a run stays at the left. */
export function RunsTable(props: RunsTableProps): VNode {
  const { runs, columns, chosen, onNearEnd } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, left: 0, width: 1200, height: 800 });
  const look = (): void => {
    const { current } = frame;
    if (current === null) return;
    const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = current;
    setView({ top, left, width, height });
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (frame.current !== null) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);

  const starts = columnStarts(columns);
  const rows = visibleRange(
    runs.length,
    (place) => place * ROW_PX,
    { startPx: view.top, sizePx: view.height },
    OVER_ROWS,
  );
  const shown = visibleRange(
    columns.length,
    (place) => starts[place] ?? 0,
    { startPx: view.left, sizePx: view.width },
    OVER_COLUMNS,
  );
  const isNearEnd = rows.to >= runs.length - AHEAD_ROWS;
  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, runs.length, onNearEnd]);

  const shownColumns = columns.slice(shown.from, shown.to);
  const before = starts[shown.from] ?? 0;
  const after = (starts.at(-1) ?? 0) - (starts[shown.to] ?? 0);
  return (
    <div class="grid-frame" ref={frame} onScroll={look}>
      <table
        class="grid"
        aria-label="Runs"
        aria-rowcount={runs.length + 1}
        aria-colcount={columns.length + 1}
        style={{ width: `${NAME_PX + (starts.at(-1) ?? 0)}px` }}
      >
        <colgroup>
          <col style={{ width: `${NAME_PX}px` }} />
          <col style={{ width: `${before}px` }} />
          {shownColumns.map(({ id, widthPx }) => (
            <col key={id} style={{ width: `${widthPx}px` }} />
          ))}
          <col style={{ width: `${after}px` }} />
        </colgroup>
        <Head {...props} shownColumns={shownColumns} firstPlace={shown.from} />
        <tbody>
          <Gap heightPx={rows.from * ROW_PX} />
          {runs.slice(rows.from, rows.to).map((run, at) => (
            <Row
              key={run.runId}
              run={run}
              place={rows.from + at}
              shownColumns={shownColumns}
              firstPlace={shown.from}
              isChosen={chosen.has(run.runId)}
              onChoose={props.onChoose}
            />
          ))}
          <Gap heightPx={(runs.length - rows.to) * ROW_PX} />
        </tbody>
      </table>
    </div>
  );
}

/** The place of rows that are not mounted. */
function Gap({ heightPx }: { readonly heightPx: number }): VNode {
  return (
    <tr class="gap">
      <td style={{ height: `${heightPx}px` }} />
    </tr>
  );
}

interface ShownColumns {
  readonly shownColumns: readonly Column[];
  /** The place of the first of them among all columns. */
  readonly firstPlace: number;
}

function Head({ shownColumns, firstPlace, order, onOrder }: RunsTableProps & ShownColumns): VNode {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" aria-colindex={1} class="name">
          Run
        </th>
        <td class="gap" />
        {shownColumns.map(({ id, group, title, isNumber, orderField }, at) => {
          const isOrdered = orderField !== undefined && orderField === order.field;
          const way = order.isAscending ? 'ascending' : 'descending';
          return (
            <th
              key={id}
              scope="col"
              aria-colindex={firstPlace + at + 2}
              aria-sort={isOrdered ? way : 'none'}
              class={`${isNumber ? 'number' : ''} of-${group}`}
              title={id}
            >
              {orderField === undefined ? (
                title
              ) : (
                <button type="button" class="order" onClick={() => onOrder(orderField)}>
                  {title}
                  {isOrdered && <span aria-hidden="true">{order.isAscending ? ' ↑' : ' ↓'}</span>}
                </button>
              )}
            </th>
          );
        })}
        <td class="gap" />
      </tr>
    </thead>
  );
}

interface RowProps extends ShownColumns {
  readonly run: Run;
  readonly place: number;
  readonly isChosen: boolean;
  readonly onChoose: (runId: string) => void;
}

function Row({ run, place, shownColumns, firstPlace, isChosen, onChoose }: RowProps): VNode {
  return (
    <tr aria-rowindex={place + 2} class={isChosen ? 'chosen' : ''}>
      <th scope="row" aria-colindex={1} class="name">
        <span class="in-name">
          <input
            type="checkbox"
            aria-label={`Choose ${run.name}`}
            checked={isChosen}
            onChange={() => onChoose(run.runId)}
          />
          {isChosen && <i class="swatch" style={{ background: runColour(run.runId) }} />}
          <StatusDot run={run} />
          <a
            href={printAddress(['experiments', run.experimentId, 'runs', run.runId])}
            title={run.name}
          >
            {run.name}
          </a>
        </span>
      </th>
      <td class="gap" />
      {shownColumns.map((column, at) => (
        <td
          key={column.id}
          aria-colindex={firstPlace + at + 2}
          class={column.isNumber ? 'number' : ''}
          title={(column.exact ?? column.text)(run)}
        >
          {column.text(run)}
        </td>
      ))}
      <td class="gap" />
    </tr>
  );
}

/** Where each column starts, in pixels from the end of the names; then the end of the last. */
function columnStarts(columns: readonly Column[]): number[] {
  const starts = [0];
  for (const { widthPx } of columns) starts.push((starts.at(-1) ?? 0) + widthPx);
  return starts;
}
