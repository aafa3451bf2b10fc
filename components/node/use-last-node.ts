'use client';

import { useState } from 'react';
import type { NodeResponse } from '@/lib/api/znodes';

/** The node as read last; kept on screen when it is gone or cannot be read just now, so that nothing typed is lost. */
export function useLastNode(path: string, node: NodeResponse | undefined): NodeResponse | undefined {
  const [last, setLast] = useState(node);
  if (node !== undefined && node !== last) setLast(node);
  const held = node ?? last;
  return held?.path === path ? held : undefined;
}
