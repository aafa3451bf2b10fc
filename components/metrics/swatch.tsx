import type { MemberLook } from './shape';

/** A member's line as it is drawn in the charts. */
export function Swatch({ look }: { readonly look: MemberLook }) {
  return (
    <svg aria-hidden width={14} height={4} className="shrink-0">
      <line x1={0} x2={14} y1={2} y2={2} stroke={look.color} strokeWidth={3} strokeDasharray={look.dash} />
    </svg>
  );
}
