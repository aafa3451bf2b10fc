import type { JobOp } from '@/lib/api/jobs';

/** In the order in which they are told. The record makes one that is missing a fault of compilation. */
const order: Readonly<Record<JobOp, number>> = { create: 0, set: 1, acl: 2, delete: 3 };

export const jobOpNames = Object.keys(order) as readonly JobOp[];
