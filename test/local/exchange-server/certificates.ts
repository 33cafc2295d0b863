import { generate } from 'selfsigned';

/** PEM texts. */
export interface Certificates {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

const keys = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate of these host names, by an authority of its own, as many Exchange servers have one. */
export async function makeCertificates(names: readonly string[]): Promise<Certificates> {
  const ca = await generate([{ name: 'commonName', value: 'Contoso Root CA' }], {
    ...keys,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: names[0] ?? 'exchange' }], {
    ...keys,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map(value => ({ type: 2 as const, value })) },
    ],
  });
  return { ca: ca.cert, key: server.private, cert: server.cert };
}
