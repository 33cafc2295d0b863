/** Questions to a host outside of Azure and Graph that only a test of the connection asks. */
export interface HostProbe {
  /** The addresses that the name stands for where the app runs. Rejects with `ProbeFailure`. */
  resolve(host: string): Promise<readonly HostAddress[]>;
  /** Begins TLS, and verifies the certificate as a reading does. Rejects with `ProbeFailure`, whose code is Node's. */
  startTls(host: string, port: number, trust: Trust): Promise<HostCertificate>;
}

export interface HostAddress {
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly kind: AddressKind;
}

export type AddressKind = 'public' | 'private' | 'loopback' | 'link-local' | 'reserved';

/** Whom to believe that a host is who it says; `authorities`: PEM text, to trust instead of the public ones. */
export type Trust =
  | { readonly kind: 'public' }
  | { readonly kind: 'named'; readonly authorities: string }
  | { readonly kind: 'anybody' };

export interface HostCertificate {
  /** Epoch milliseconds. */
  readonly validUntil: number;
}
