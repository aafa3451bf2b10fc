'use client';

import { useState, type ReactNode, type RefObject } from 'react';
import { onDemand, useOnDemand } from './on-demand';

const dialogs = onDemand(() => import('./dialog-impl'));

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large' | 'wide';
  /** The row of buttons at the foot, primary last. */
  readonly footer?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Where focus goes on closing; null or absent: back to where it was; false: nowhere. */
  readonly finalFocus?: () => HTMLElement | null | false;
  /** When it has gone from the screen. */
  readonly onClosed?: () => void;
  readonly children?: ReactNode;
}

export interface AlertDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  /** What will happen, in full. */
  readonly children?: ReactNode;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly danger?: boolean;
  readonly busy?: boolean;
  /** The confirming button stays off until this holds (a typed name, say). */
  readonly ready?: boolean;
}

/** A modal dialog: focus stays inside, Escape closes, and focus returns to where it was. */
export function Dialog(props: DialogProps) {
  const impl = useDialogs(props.open);
  return impl && <impl.Dialog {...props} />;
}

/** A question before a consequence. Escape and Cancel mean no; a click outside means nothing. */
export function AlertDialog(props: AlertDialogProps) {
  const impl = useDialogs(props.open);
  return impl && <impl.AlertDialog {...props} />;
}

/** Null until this dialog was first opened; it then stays, so that it can also close in its own time. */
function useDialogs(open: boolean) {
  const [wanted, setWanted] = useState(open);
  if (open && !wanted) setWanted(true);
  const impl = useOnDemand(dialogs, wanted);
  return wanted ? impl : null;
}
