import type { clusterColors } from '@/lib/api/clusters';
import type { Member } from '@/lib/base/connection-string';
import type { Secret } from './secret';

/** The console's settings once everything is read and checked: what services work from. */

export type ClusterColor = (typeof clusterColors)[number];

export interface ClusterTls {
  /** PEM texts; null where the system's authorities or no client certificate are meant. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: Secret | null;
  /** The name the members' certificates are checked against; null for the host dialled. */
  readonly servername: string | null;
}

export interface ClusterCredential {
  /** `digest`, or another scheme whose authentication is one packet. */
  readonly scheme: string;
  /** `user:password` for digest. */
  readonly secret: Secret;
}

/** Proven once a connection, before anything is asked on it. */
export interface ClusterSasl {
  readonly username: string;
  readonly password: Secret;
}

/** A Prometheus server that keeps the members' history. */
export interface PrometheusSettings {
  /** Without a slash at the end or `/api/v1`. */
  readonly url: string;
  /** The whole Authorization header; null to send none. */
  readonly authorization: Secret | null;
  /** The label `instance` of a member, with `{host}` in place of its host. */
  readonly instance: string;
  /** By `host:port` of the member, where the pattern does not fit. */
  readonly instances: Readonly<Record<string, string>>;
  /** Further labels that its series have, such as the job. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ClusterSettings {
  /** Stands in URLs. */
  readonly id: string;
  readonly label: string;
  readonly color: ClusterColor;
  readonly production: boolean;
  readonly readOnly: boolean;
  /** Changes are taken only with a reason, which the journal keeps. */
  readonly requireReason: boolean;
  /** True for the server that `npm start` brought up. */
  readonly bundled: boolean;
  readonly members: readonly Member[];
  readonly chroot: string;
  readonly tls: ClusterTls | null;
  readonly credentials: readonly ClusterCredential[];
  /** As whom to authenticate by SASL DIGEST-MD5; null for nobody. */
  readonly sasl: ClusterSasl | null;
  readonly sessionTimeoutMs: number;
  /** Base URL of each member's AdminServer with `{host}` in place of the host; null to never ask it. */
  readonly adminServer: string | null;
  /** URL of each member's Prometheus endpoint, likewise. */
  readonly metricsProvider: string | null;
  readonly prometheus: PrometheusSettings | null;
}

export interface ConsoleSettings {
  readonly host: string;
  readonly port: number;
  /** Host names, besides loopback's and `host`, that requests may carry. */
  readonly allowedHosts: readonly string[];
  /** The sub-path browsers see, such as `/zk`; empty for none. */
  readonly basePath: string;
  /** Addresses and blocks (`10.0.0.0/8`) of proxies whose X-Forwarded-Prefix, -Host and -For are believed. */
  readonly trustedProxies: readonly string[];
  /** The request header in which a proxy names the person, in lower case; null to believe none. */
  readonly userHeader: string | null;
  /** Absolute path of the folder everything is kept under. */
  readonly dataDir: string;
  readonly sampleEveryMs: number;
  readonly clusters: readonly ClusterSettings[];
}
