import { Unknown } from './values';
import { VisibleText } from './visible-text';

/** Cells of the tables that tell who did what to which znode, and why: a journal's and a list of jobs'. */

export interface OpenCellProps {
  /** What was done. */
  readonly children: string;
  /** The same with what tells it from the other rows. */
  readonly label: string;
  readonly onOpen: () => void;
}

/** What was done, and the way to all that is known of it. */
export function OpenCell({ children, label, onOpen }: OpenCellProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onOpen}
      className="font-medium text-accent-text hover:underline"
    >
      {children}
    </button>
  );
}

export function PathCell({ path }: { readonly path: string }) {
  return (
    <span className="font-mono text-xs wrap-anywhere">
      <VisibleText text={path} />
    </span>
  );
}

export interface WhoCellProps {
  readonly name: string | null;
  readonly address: string | null;
}

/** A name where a proxy gave one, with the address it came from. */
export function WhoCell({ name, address }: WhoCellProps) {
  if (name !== null) return <span title={address ?? undefined}>{name}</span>;
  return address === null ? <Unknown /> : <span className="font-mono text-xs">{address}</span>;
}

export function ReasonCell({ reason }: { readonly reason: string | null }) {
  return reason === null ? <Unknown /> : <span className="break-words">{reason}</span>;
}
