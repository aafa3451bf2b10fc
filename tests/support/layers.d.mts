export const layers: Record<string, string[]>;
export function layerOf(file: string): string | null;
export function homeOf(file: string): string | null;
export function mayImport(file: string, target: string): boolean;
