/** Questions to a host outside of Azure and Graph that only a test of the connection asks. */
export interface HostProbe {
  /** The addresses that the name stands for where the app runs. Rejects with `ProbeFailure`. */
  resolve(host: string): Promise<readonly string[]>;
  /**
   * Begins TLS and verifies the certificate, as a reading does. Rejects with `ProbeFailure`, whose code is Node's.
   *
   * @param ca PEM text of the authorities to trust instead of the public ones
   */
  verifyCertificate(host: string, port: number, ca?: string): Promise<HostCertificate>;
}

export interface HostCertificate {
  /** Epoch milliseconds. */
  readonly validUntil: number;
}
