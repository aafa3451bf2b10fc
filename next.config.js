import { builtBasePath } from './lib/launch/built-base-path.mjs';

// Development is not rewritten, so it is built for the sub-path it is started with (lib/launch/console-server.ts).
const basePath = process.env.ZOODECK_DEV_BASE_PATH ?? builtBasePath;

/** @type {import('next').NextConfig} */
const config = {
  basePath,
  env: { ZOODECK_BUILT_BASE_PATH: basePath },
  reactStrictMode: true,
  poweredByHeader: false,
  // Types are checked by `npm run typecheck`, once, not on every user's first start.
  typescript: { ignoreBuildErrors: true },
  // These hold sockets or a native library; they are loaded from node_modules, never bundled.
  serverExternalPackages: ['libsql', 'node-zookeeper-client', 'pino'],
  turbopack: {
    resolveAlias: {
      // Messages are compiled on the server (lib/i18n/compiled.ts), so the formatter needs no parser.
      'use-intl/format-message': 'use-intl/format-message/format-only',
      // Charts draw numbers over numbers, so recharts gets the scales for them and no others.
      'victory-vendor/d3-scale': './components/metrics/scales.ts',
    },
  },
  experimental: { optimizePackageImports: ['lucide-react', '@base-ui/react'] },
};

export default config;
