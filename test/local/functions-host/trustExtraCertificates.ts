import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { AppSettings } from './appSettings.ts';

/** Node reads NODE_EXTRA_CA_CERTS when it starts, which the worker does with the settings and this host without them. */
export function trustExtraCertificates({ NODE_EXTRA_CA_CERTS: file }: AppSettings): void {
  if (file) setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')]);
}
