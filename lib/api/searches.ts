import { z } from 'zod';
import { epochMs, partFault, znodePath } from './common';

/**
 * Searching a subtree: POST /searches begins a walk on the server, GET /searches/:id tells how far it is and what was
 * found, DELETE /searches/:id stops it. The walk reads a bounded number of znodes at a bounded rate, and ends at
 * `searchResultsMax` matches. Searching by value reads every value below the path; the screen says so.
 */
export const searchResultsMax = 1_000;
export const searchNodesMax = 200_000;

export const searchPlaces = ['name', 'path', 'value'] as const;
export type SearchPlace = (typeof searchPlaces)[number];

export const searchRequest = z.object({
  path: znodePath,
  text: z.string().min(1).max(1_000),
  places: z.array(z.enum(searchPlaces)).min(1).max(3),
  matchCase: z.boolean().default(false),
});
export type SearchRequest = z.input<typeof searchRequest>;

export const searchResult = z.object({
  path: z.string(),
  places: z.array(z.enum(searchPlaces)),
  /** The value around its first match, on one line; null where the value does not match. */
  excerpt: z.string().nullable(),
  bytes: z.int(),
  modifiedAt: epochMs,
});
export type SearchResult = z.infer<typeof searchResult>;

export const searchView = z.object({
  id: z.string(),
  path: z.string(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  /** Znodes read, and those of them whose value or children may not be read. */
  read: z.int(),
  unreadable: z.int(),
  results: z.array(searchResult),
  /** It ended because it had found enough. */
  full: z.boolean(),
  error: partFault.nullable(),
});
export type SearchView = z.infer<typeof searchView>;
