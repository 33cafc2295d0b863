import { buildApp, hasApp } from '../esbuild.config.ts';

/** Builds the app once for all tests that run it. */
// biome-ignore lint/style/noDefaultExport: jest calls the default export of its globalSetup
export default async function buildOnce(): Promise<void> {
  if (hasApp()) await buildApp();
}
