'use client';

import {
  cloneElement,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { TooltipStore, placeTooltip, type TooltipSide } from './tooltip-store';

/**
 * Tooltips: one layer for the whole page, shown after a pause on hover and at once on keyboard focus. It can be hovered
 * itself, and Escape puts it away.
 */
const store = new TooltipStore();

interface TriggerProps {
  readonly onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerLeave?: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerDown?: (event: PointerEvent<HTMLElement>) => void;
  readonly onFocus?: (event: FocusEvent<HTMLElement>) => void;
  readonly onBlur?: (event: FocusEvent<HTMLElement>) => void;
}

export interface TooltipProps {
  readonly content: ReactNode;
  readonly side?: TooltipSide;
  /** One element; the tooltip only adds to what its own name already says. */
  readonly children: ReactElement;
}

export function Tooltip({ content, side = 'top', children }: TooltipProps) {
  const owner = useId();
  const child = children as ReactElement<TriggerProps>;
  // What is said may change while it is shown (“Copied”).
  useEffect(() => store.renew(owner, content), [owner, content]);
  useEffect(() => () => store.hide(owner), [owner]);
  return cloneElement(child, {
    onPointerEnter: (event) => {
      child.props.onPointerEnter?.(event);
      if (event.pointerType !== 'touch')
        store.showSoon({ owner, anchor: event.currentTarget, content, side });
    },
    onPointerLeave: (event) => {
      child.props.onPointerLeave?.(event);
      store.hideSoon(owner);
    },
    onPointerDown: (event) => {
      child.props.onPointerDown?.(event);
      store.hide(owner);
    },
    onFocus: (event) => {
      child.props.onFocus?.(event);
      if (event.currentTarget.matches(':focus-visible'))
        store.show({ owner, anchor: event.currentTarget, content, side });
    },
    onBlur: (event) => {
      child.props.onBlur?.(event);
      store.hide(owner);
    },
  });
}

/** Where the tooltip shows; stands once, at the root. */
export function TooltipLayer() {
  const shown = useSyncExternalStore(store.subscribe, store.get, () => null);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (shown === null || box.current === null) return;
    const { left, top } = placeTooltip(
      shown.anchor.getBoundingClientRect(),
      box.current.getBoundingClientRect(),
      { width: innerWidth, height: innerHeight },
      shown.side,
    );
    box.current.style.left = `${left}px`;
    box.current.style.top = `${top}px`;
  }, [shown]);
  useEffect(() => {
    if (shown === null) return;
    const away = () => store.hide(shown.owner);
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && away();
    document.addEventListener('keydown', onKey, true);
    document.addEventListener('scroll', away, true);
    return () => {
      document.removeEventListener('keydown', onKey, true);
      document.removeEventListener('scroll', away, true);
    };
  }, [shown]);
  if (shown === null) return null;
  return (
    <div
      ref={box}
      role="tooltip"
      onPointerEnter={() => store.show(shown)}
      onPointerLeave={() => store.hideSoon(shown.owner)}
      className="fixed top-0 left-0 z-50 max-w-80 rounded-base bg-ink px-2 py-1 text-xs text-canvas shadow-lift"
    >
      {shown.content}
    </div>
  );
}
