import type { ReactNode } from 'react';

/** Which tooltip is shown, and where it goes. */

export type TooltipSide = 'top' | 'bottom' | 'left' | 'right';

export interface ShownTooltip {
  /** Who shows it; only its owner takes it away. */
  readonly owner: string;
  readonly anchor: HTMLElement;
  readonly content: ReactNode;
  readonly side: TooltipSide;
}

const openDelayMs = 350;
/** Within this after one tooltip, the next needs no pause: the eye is already reading them. */
const closeDelayMs = 120;

export class TooltipStore {
  private shown: ShownTooltip | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  readonly get = (): ShownTooltip | null => this.shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  showSoon(tooltip: ShownTooltip): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set(tooltip), this.shown === null ? openDelayMs : 0);
  }

  show(tooltip: ShownTooltip): void {
    clearTimeout(this.timer);
    this.set(tooltip);
  }

  hideSoon(owner: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(owner), closeDelayMs);
  }

  hide(owner: string): void {
    if (this.shown !== null && this.shown.owner !== owner) return;
    clearTimeout(this.timer);
    this.set(null);
  }

  renew(owner: string, content: ReactNode): void {
    if (this.shown?.owner === owner && this.shown.content !== content) this.set({ ...this.shown, content });
  }

  private set(next: ShownTooltip | null): void {
    if (next === this.shown) return;
    this.shown = next;
    for (const listener of this.listeners) listener();
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}
interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

const gapPx = 6;
const edgePx = 4;
const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;

/** Beside the anchor on the side asked for, on the opposite one where there is no room, and always inside the window. */
export function placeTooltip(
  anchor: Box,
  box: Size,
  view: Size,
  side: TooltipSide,
): { left: number; top: number } {
  const at = (where: TooltipSide) => ({
    left:
      where === 'left'
        ? anchor.left - box.width - gapPx
        : where === 'right'
          ? anchor.left + anchor.width + gapPx
          : anchor.left + (anchor.width - box.width) / 2,
    top:
      where === 'top'
        ? anchor.top - box.height - gapPx
        : where === 'bottom'
          ? anchor.top + anchor.height + gapPx
          : anchor.top + (anchor.height - box.height) / 2,
  });
  const fits = ({ left, top }: { left: number; top: number }, where: TooltipSide) =>
    where === 'top'
      ? top >= edgePx
      : where === 'bottom'
        ? top + box.height <= view.height - edgePx
        : where === 'left'
          ? left >= edgePx
          : left + box.width <= view.width - edgePx;
  const wanted = at(side);
  const place = fits(wanted, side) ? wanted : at(opposite[side]);
  return {
    left: Math.max(edgePx, Math.min(place.left, view.width - box.width - edgePx)),
    top: Math.max(edgePx, Math.min(place.top, view.height - box.height - edgePx)),
  };
}
