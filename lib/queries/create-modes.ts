import type { CreateMode } from '@/lib/api/znodes';

export type { CreateMode } from '@/lib/api/znodes';

/** All modes in the order they are offered. The record makes a mode that is missing here a fault of compilation. */
const order: Readonly<Record<CreateMode, number>> = {
  persistent: 0,
  persistentSequential: 1,
  ephemeral: 2,
  ephemeralSequential: 3,
  container: 4,
  persistentWithTtl: 5,
  persistentSequentialWithTtl: 6,
};

export const createModes = Object.keys(order) as readonly CreateMode[];
