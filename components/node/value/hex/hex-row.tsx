'use client';

import { memo } from 'react';
import { cx } from '@/components/ui/cx';
import type { HexPane } from './hex-model';

export const hexRowHeightPx = 22;

export interface HexRowProps {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  /** How many bytes a row holds; the last one may have fewer. */
  readonly perRow: number;
  readonly bytes: Uint8Array;
  readonly cursor: number;
  readonly pane: HexPane;
  readonly selection: { readonly from: number; readonly to: number } | null;
}

/** One row: where it begins, its bytes, and what of them is printable ASCII. One cell past the last byte takes more. */
export const HexRow = memo(function HexRow(props: HexRowProps) {
  const { id, index, top, perRow, bytes, cursor, pane, selection } = props;
  const first = index * perRow;
  const cells = Array.from({ length: perRow }, (_, column) => first + column);
  const end = first + bytes.length;
  const isSelected = (at: number): boolean => selection !== null && at >= selection.from && at < selection.to;
  const look = (at: number, own: HexPane): string =>
    at === cursor && own === pane
      ? 'bg-accent text-accent-ink'
      : cx(isSelected(at) && 'bg-selected', at === cursor && 'ring-1 ring-accent ring-inset');
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${top}px)`, height: hexRowHeightPx }}
      className="absolute top-0 left-0 flex w-max items-center gap-4 px-3"
    >
      <span role="rowheader" className="tnum text-ink-3 select-none">
        {first.toString(16).padStart(6, '0')}
      </span>
      <span role="presentation" className="flex">
        {cells.map((at) => (
          <span
            key={at}
            id={`${id}-${at}`}
            role="gridcell"
            data-at={at <= end ? at : undefined}
            data-pane="hex"
            aria-selected={isSelected(at)}
            className={cx(
              'flex w-6 cursor-text justify-center leading-[22px]',
              at % 8 === 0 && at !== first && 'ml-2',
              look(at, 'hex'),
            )}
          >
            {at < end ? hexOf(bytes[at - first]) : ' '}
          </span>
        ))}
      </span>
      <span aria-hidden className="flex">
        {cells.map((at) => (
          <span
            key={at}
            data-at={at <= end ? at : undefined}
            data-pane="text"
            className={cx(
              'flex w-2 cursor-text justify-center leading-[22px] whitespace-pre',
              look(at, 'text'),
            )}
          >
            {at < end ? printable(bytes[at - first]) : ' '}
          </span>
        ))}
      </span>
    </div>
  );
});

function hexOf(byte = 0): string {
  return byte.toString(16).padStart(2, '0');
}

function printable(byte = 0): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
