import 'server-only';
import type { z } from 'zod';
import { ApiError, type ApiErrorBody, type ApiErrorCode, errorStatus } from '@/lib/api/errors';
import { consoleHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { actorOf, asActor, requireReason } from './changes/actor';
import { findCluster } from './clusters/find';
import { requireWritable } from './clusters/writable';
import { asPurpose, purposeOf } from './console/meter';
import { clusterChanged } from './probes/changed';

/**
 * The one wrapper of every JSON route: what comes in and what goes out passes a schema, requests are refused from
 * other origins and mutations on read-only clusters, failures become the one error body, and the unexpected is logged and hidden.
 */

/** Largest request body read: a value at ZooKeeper's largest useful size in base64, and room for the rest. */
export const requestBytesMax = 16 * 1_048_576;

export interface RouteInput<Query, Body> {
  readonly query: Query;
  readonly body: Body;
  readonly params: Readonly<Record<string, string>>;
  readonly request: Request;
}

export interface RouteOptions<Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType> {
  readonly query?: Query;
  readonly body?: Body;
  readonly reply: Reply;
  /** Whether it changes the cluster, which must then not be read-only; for some only the body tells. */
  readonly mutates?: boolean | ((body: Parsed<Body>) => boolean);
  /** True where a mutating route changes nothing yet (it plans, or stops), so that no reason is asked for. */
  readonly onlyPrepares?: boolean;
}

type Context = { params: Promise<Record<string, string>> };
export type RouteHandler = (request: Request, context: Context) => Promise<Response>;
type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

function errorResponse(code: ApiErrorCode, message: string, details: Readonly<Record<string, unknown>>) {
  const body: ApiErrorBody = { error: { code, message, details } };
  return Response.json(body, { status: errorStatus[code], headers: { 'cache-control': 'no-store' } });
}

/** Turns anything thrown into the one error body; what is not an `ApiError` is logged and not shown. */
export function toErrorResponse(error: unknown, request: Request): Response {
  if (error instanceof ApiError) return errorResponse(error.code, error.message, error.details);
  // Errors cross between copies of this module in one process (route bundles), where instanceof does not reach.
  const foreign = error as Partial<ApiError> | null;
  if (foreign?.name === 'ApiError' && foreign.code !== undefined && foreign.code in errorStatus) {
    return errorResponse(foreign.code, foreign.message ?? '', foreign.details ?? {});
  }
  const built = process.env.ZOODECK_BUILT_BASE_PATH ?? '';
  const pathname = new URL(request.url).pathname.slice(built.length);
  consoleHost().log.error(
    { event: 'requestFailed', method: request.method, pathname, err: error },
    'request failed',
  );
  return errorResponse('INTERNAL', 'The console failed on this request; its log says why.', {});
}

/**
 * A request must come from the console's own pages: another site's could not read the answer, and still would change
 * things or make the console work. Browsers send Sec-Fetch-Site and Origin and scripts of other sites can forge neither;
 * tools outside a browser send neither and are let through.
 */
export function requireSameOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const host = request.headers.get('host');
  const foreignSite = site !== null && site !== 'same-origin' && site !== 'none';
  const foreignOrigin = origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host);
  if (foreignSite || foreignOrigin) {
    throw new ApiError(
      'BAD_ORIGIN',
      `Requests are refused from other origins (${(origin ?? site ?? '').slice(0, 200)}).`,
    );
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  throw new ApiError('BAD_REQUEST', `The ${what} is not valid: ${faults.join('; ')}.`, { faults });
}

async function readBody(request: Request): Promise<unknown> {
  // A JSON type makes a cross-site form impossible without the preflight that this server never answers.
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw new ApiError(
      'BAD_REQUEST',
      `The body must be application/json, not ${type === '' ? 'untyped' : type}.`,
    );
  }
  const declared = Number(request.headers.get('content-length') ?? 0);
  const tooLarge = new ApiError('TOO_LARGE', `The body is above ${requestBytesMax} bytes.`);
  if (declared > requestBytesMax) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > requestBytesMax) throw tooLarge;
    chunks.push(part.value);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', 'The body is not JSON.', {}, { cause });
  }
}

/** Wraps a handler that concerns no single cluster. */
export function route<
  Reply extends z.ZodType,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  options: RouteOptions<Query, Body, Reply>,
  handle: (input: RouteInput<Parsed<Query>, Parsed<Body>>) => Promise<z.input<Reply>> | z.input<Reply>,
): RouteHandler {
  return async (request, context) => {
    try {
      requireSameOrigin(request);
      const params = await context.params;
      const search = Object.fromEntries(new URL(request.url).searchParams);
      const query = options.query && parsed(options.query, search, 'query');
      const body = options.body && parsed(options.body, await readBody(request), 'body');
      const input = { query, body, params, request } as RouteInput<Parsed<Query>, Parsed<Body>>;
      const reply = options.reply.parse(await handle(input));
      return Response.json(reply, { headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      return toErrorResponse(error, request);
    }
  };
}

/** Wraps a handler of `/api/clusters/[cluster]/…`: the cluster is found, and writable where the route mutates. */
export function clusterRoute<
  Reply extends z.ZodType,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  options: RouteOptions<Query, Body, Reply>,
  handle: (
    cluster: ClusterSettings,
    input: RouteInput<Parsed<Query>, Parsed<Body>>,
  ) => Promise<z.input<Reply>> | z.input<Reply>,
): RouteHandler {
  return route(options, async (input) => {
    const cluster = findCluster(input.params.cluster ?? '');
    const mutates =
      typeof options.mutates === 'function' ? options.mutates(input.body) : options.mutates === true;
    const purpose = purposeOf(new URL(input.request.url).pathname, mutates);
    const work = () => asPurpose(cluster.id, purpose, () => handle(cluster, input));
    if (!mutates) return work();
    requireWritable(cluster);
    const actor = actorOf(input.request);
    if (options.onlyPrepares !== true) requireReason(cluster, actor);
    try {
      return await asActor(actor, async () => work());
    } finally {
      // Also after a failure: a write whose answer was lost, or half of several, may have happened.
      clusterChanged(cluster);
    }
  });
}
