'use client';

import { useMemo } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale, useYAxisTicks } from 'recharts';
import { useCursor, type CursorStore } from './cursor';
import { lineKey, nearestIndex, type ChartRow, type MemberLook } from './shape';

/**
 * What stands on a chart besides its axes and lines, drawn over recharts' scales: its own grid, reference lines and tooltip
 * are an eighth of what the page would load, and its tooltip knows of other charts only by drawing each of them again.
 */

export interface ChartBackdropProps {
  /** Times of marks within the range. */
  readonly marks: readonly number[];
  readonly held: number | null;
}

/** Behind the lines: a rule at each value of the axis, the marks on the time axis, the moment held. */
export function ChartBackdrop({ marks, held }: ChartBackdropProps) {
  const area = usePlotArea();
  const xOf = useXAxisScale();
  const ticks = useYAxisTicks();
  if (area === undefined || xOf === undefined) return null;
  return (
    <g>
      {ticks?.map(({ value, coordinate }) => (
        <line
          key={String(value)}
          x1={area.x}
          x2={area.x + area.width}
          y1={coordinate}
          y2={coordinate}
          stroke="var(--line)"
        />
      ))}
      {marks.map((at) => (
        <TimeLine key={at} x={xOf(at)} stroke="var(--warn)" dash="3 3" />
      ))}
      {held !== null && <TimeLine x={xOf(held)} stroke="var(--accent-text)" />}
    </g>
  );
}

export interface ChartCursorProps {
  readonly cursor: CursorStore;
  readonly rows: readonly ChartRow[];
  /** How many series each member has. */
  readonly lines: number;
  readonly looks: readonly MemberLook[];
}

/** The time under the cursor, on whichever chart it is, and the points there; their values stand in the headings. */
export function ChartCursor({ cursor, rows, lines, looks }: ChartCursorProps) {
  const at = useCursor(cursor);
  const xOf = useXAxisScale();
  const yOf = useYAxisScale();
  const times = useMemo(() => rows.map(({ t }) => t), [rows]);
  const row = at === null ? undefined : rows[nearestIndex(times, at) ?? -1];
  if (row === undefined || xOf === undefined || yOf === undefined) return null;
  const x = xOf(row.t);
  return (
    <g>
      <TimeLine x={x} stroke="var(--ink-3)" />
      {looks.flatMap((look, index) =>
        Array.from({ length: lines }, (_, line) => {
          const key = lineKey(line, index);
          const value = row[key];
          if (typeof value !== 'number') return null;
          return <circle key={key} cx={x} cy={yOf(value)} r={2.5} fill={look.color} />;
        }),
      )}
    </g>
  );
}

interface TimeLineProps {
  /** Undefined outside of the axis. */
  readonly x: number | undefined;
  readonly stroke: string;
  readonly dash?: string;
}

function TimeLine({ x, stroke, dash }: TimeLineProps) {
  const area = usePlotArea();
  if (area === undefined || x === undefined || x < area.x || x > area.x + area.width) return null;
  return <line x1={x} x2={x} y1={area.y} y2={area.y + area.height} stroke={stroke} strokeDasharray={dash} />;
}
