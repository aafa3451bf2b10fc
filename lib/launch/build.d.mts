/** Absolute path of the project. */
export const root: string;
export const launcherUrl: string;
export function buildBundles(): Promise<void>;
export function buildConsole(stop?: AbortSignal): Promise<void>;
