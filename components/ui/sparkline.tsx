import { sparkSegments } from './spark';

export interface SparklineProps {
  /** One value a step; null is a gap and is drawn as one. */
  readonly values: readonly (number | null)[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  /** A CSS colour, usually a token. */
  readonly color?: string;
}

/** A line small enough for a table's cell, from zero, with gaps left open. */
export function Sparkline({
  values,
  label,
  width = 48,
  height = 18,
  color = 'var(--series-1)',
}: SparklineProps) {
  const segments = sparkSegments(values, width, height);
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      className="inline-block shrink-0 align-middle"
    >
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--line)" />
      {segments.map((points) => (
        <polyline
          key={points}
          points={points}
          fill="none"
          stroke={color}
          strokeWidth={1.25}
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      ))}
    </svg>
  );
}
