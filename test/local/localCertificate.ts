import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface LocalCertificate {
  readonly key: string;
  readonly cert: string;
  /** The certificate's file, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
}

const directory = join(import.meta.dirname, '../../node_modules/.cache/contact-folder-sync/certificate');
const [keyFile, file] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
const century = 100 * 365 * 24 * 3_600_000;

/**
 * A certificate of this machine, made once for a checkout, so that settings can name its file before anything is
 * started. Nobody trusts it who is not told to.
 */
export async function localCertificate(): Promise<LocalCertificate> {
  return (await readCertificate()) ?? (await makeCertificate());
}

async function readCertificate(): Promise<LocalCertificate | undefined> {
  try {
    const [key, cert] = await Promise.all([readFile(keyFile, 'utf8'), readFile(file, 'utf8')]);
    return { key, cert, file };
  } catch {
    return undefined;
  }
}

/** Whoever comes first makes it, where several start at once. */
async function makeCertificate(): Promise<LocalCertificate> {
  await mkdir(dirname(directory), { recursive: true });
  const made = await mkdtemp(`${directory}-`);
  // Loading it takes a seventh of the services' start, and the certificate is made once.
  const { generate } = await import('selfsigned');
  const { private: key, cert } = await generate(
    [{ name: 'commonName', value: 'Contact Folder Sync on this machine' }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + century),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 7, ip: '127.0.0.1' },
            { type: 2, value: 'localhost' },
          ],
        },
      ],
    },
  );
  await writeFile(join(made, 'key.pem'), key, { mode: 0o600 });
  await writeFile(join(made, 'cert.pem'), cert);
  await rename(made, directory).catch(() => rm(made, { recursive: true }));
  const kept = await readCertificate();
  if (!kept) throw new Error(`There is no certificate in ${directory}`);
  return kept;
}
