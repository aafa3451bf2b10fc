import { isIP } from 'node:net';
import { z } from 'zod';
import { clusterColors } from '@/lib/api/clusters';
import { parseConnectionString } from '@/lib/base/connection-string';
import { parseBasePath } from './base-path';

/**
 * The configuration file (YAML or JSON) and the settings shared by command line and environment. Secrets never stand in
 * the file: they are referred to by the environment variable or the file that holds them.
 */

export const port = z.int().min(1).max(65_535);

export const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9._:[\]-]+$/, { error: 'must be a host name or an address' });

export const connect = z
  .string()
  .max(20_000)
  .superRefine((text, context) => {
    const connection = parseConnectionString(text);
    if (typeof connection !== 'string') return;
    context.addIssue({ code: 'custom', message: `must be host:port,host:port/chroot: ${connection}` });
  });

export const basePath = z.string().transform((text, context) => {
  const parsed = parseBasePath(text);
  if (parsed.fault === null) return parsed.path;
  context.addIssue({ code: 'custom', message: parsed.fault, input: text });
  return z.NEVER;
});

/** An address, or a block of them. */
export const proxyAddress = z
  .string()
  .max(100)
  .refine(
    (text) => {
      const [address = '', bits, ...more] = text.split('/');
      const bitsMax = { 4: 32, 6: 128 }[isIP(address)];
      if (bitsMax === undefined || more.length > 0) return false;
      return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
    },
    { error: 'must be an IP address such as 127.0.0.1, or a block such as 10.0.0.0/8' },
  );

const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, { error: 'must be the name of an HTTP header such as x-forwarded-user' });

const filePath = z.string().min(1).max(4096);

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: 'must be the name of an environment variable, never the secret itself',
});

const credential = z
  .strictObject({
    scheme: z.string().min(1).max(255),
    secretEnv: environmentName.optional(),
    secretFile: filePath.optional(),
  })
  .refine((entry) => (entry.secretEnv === undefined) !== (entry.secretFile === undefined), {
    error: 'must have either secretEnv or secretFile',
  });

/** As whom to authenticate by SASL DIGEST-MD5; the secret is the password alone. */
const sasl = z
  .strictObject({
    username: z.string().min(1).max(255),
    secretEnv: environmentName.optional(),
    secretFile: filePath.optional(),
  })
  .refine((entry) => (entry.secretEnv === undefined) !== (entry.secretFile === undefined), {
    error: 'must have either secretEnv or secretFile',
  });

const tls = z
  .strictObject({
    ca: filePath.optional(),
    cert: filePath.optional(),
    key: filePath.optional(),
    servername: hostName.optional(),
  })
  .refine((entry) => (entry.cert === undefined) === (entry.key === undefined), {
    error: 'must have both cert and key, or neither',
  });

/** A URL with `{host}` in place of each member's host. */
const memberUrl = (example: string) =>
  z
    .string()
    .max(1000)
    .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text.replaceAll('{host}', 'host')), {
      error: `must be an http or https URL such as ${example}, or false`,
    });

const label = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'must be the name of a label' });

const prometheus = z
  .strictObject({
    url: z
      .string()
      .max(1000)
      .refine((text) => /^https?:\/\/[^@]*$/.test(text) && URL.canParse(text), {
        error: 'must be an http or https URL such as http://prometheus:9090, without a password in it',
      }),
    scheme: z.enum(['bearer', 'basic']).default('bearer'),
    secretEnv: environmentName.optional(),
    secretFile: filePath.optional(),
    instance: z.string().min(1).max(300).default('{host}:7000'),
    instances: z.record(z.string().max(300), z.string().min(1).max(300)).default({}),
    labels: z.record(label, z.string().max(300)).default({}),
  })
  .refine((entry) => entry.secretEnv === undefined || entry.secretFile === undefined, {
    error: 'must have secretEnv, secretFile, or neither',
  });

export const clusterEntry = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(/^[a-z0-9][a-z0-9-]*$/, { error: 'must be lower-case letters, digits and hyphens' }),
  label: z.string().min(1).max(60).optional(),
  connect,
  color: z.enum(clusterColors).optional(),
  production: z.boolean().default(false),
  readOnly: z.boolean().default(false),
  requireReason: z.boolean().default(false),
  tls: z.union([z.literal(true), tls]).optional(),
  auth: z.array(credential).max(10).default([]),
  sasl: sasl.optional(),
  sessionTimeoutMs: z.int().min(4_000).max(600_000).default(30_000),
  adminServer: z.union([z.literal(false), memberUrl('http://{host}:8080/commands')]).optional(),
  metricsProvider: z.union([z.literal(false), memberUrl('http://{host}:7000/metrics')]).optional(),
  prometheus: prometheus.optional(),
});
export type ClusterEntry = z.output<typeof clusterEntry>;

export const configFile = z
  .strictObject({
    host: hostName.optional(),
    port: port.optional(),
    data: filePath.optional(),
    allowedHosts: z.array(hostName).max(100).default([]),
    basePath: basePath.optional(),
    trustedProxies: z.array(proxyAddress).max(100).default([]),
    userHeader: headerName.optional(),
    sampleEverySeconds: z.int().min(2).max(300).optional(),
    clusters: z.array(clusterEntry).max(50).default([]),
  })
  .superRefine((file, context) => {
    const first = new Map<string, number>();
    file.clusters.forEach((cluster, index) => {
      const earlier = first.get(cluster.id);
      if (earlier === undefined) first.set(cluster.id, index);
      else {
        const message = `is the id of clusters[${earlier}] too; ids stand in addresses and must differ`;
        context.addIssue({ code: 'custom', path: ['clusters', index, 'id'], message, input: cluster.id });
      }
    });
  });
export type ConfigFile = z.output<typeof configFile>;
