export const builtBasePath: string;
