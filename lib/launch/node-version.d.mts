export const oldestNode: readonly [number, number];
export function nodeFault(version: string): string | null;
