import type { X509Certificate } from "node:crypto";
import { fingerprintOf, type IdentifiedCertificate, isSignedBy, parseCertificate, validityOf } from "../certificate.ts";

/** The key with which somebody gets in: a credential, or the cluster key. */
export interface PeerKey {
  /** As `redes key show` prints it: of a credential that of its certificate, of the cluster key that of the authority. */
  readonly fingerprint: string;
  /** Whether it is the cluster key, with which its owner makes itself a certificate. */
  readonly isClusterKey: boolean;
  /** The fingerprint of the authority that it comes from; its own for a cluster key. */
  readonly authority: string;
  /** When it ends, in milliseconds since 1970: a credential ends with its authority. */
  readonly until: number;
}

export interface ParsedAuthority {
  readonly certificate: X509Certificate;
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
}

/** The authorities by which others are let in. */
export class Authorities {
  private readonly all: readonly ParsedAuthority[];

  /** `pems`: their certificates. */
  constructor(pems: readonly string[]) {
    this.all = pems.flatMap((pem) => {
      const certificate = parseCertificate(pem);
      if (!certificate) return [];
      return [{ certificate, fingerprint: fingerprintOf(certificate), notAfter: validityOf(certificate).notAfter }];
    });
  }

  get fingerprints(): string[] {
    return this.all.map(({ fingerprint }) => fingerprint);
  }

  /** When the last of them ends, and with it everything that was made from them: milliseconds since 1970. */
  get notAfter(): number {
    return Math.max(...this.all.map(({ notAfter }) => notAfter));
  }

  /** The key behind a certificate of which TLS has found that one of these has signed it. Null where none of them has. */
  keyOf(certificate: Uint8Array, { fingerprint, notAfter, isSelfMade }: IdentifiedCertificate): PeerKey | null {
    const signer = this.assumedSignerOf(certificate);
    if (!signer) return null;
    return {
      fingerprint: isSelfMade ? signer.fingerprint : fingerprint,
      isClusterKey: isSelfMade,
      authority: signer.fingerprint,
      until: isSelfMade ? signer.notAfter : Math.min(notAfter, signer.notAfter),
    };
  }

  /** The one with this fingerprint. */
  find(fingerprint: string): ParsedAuthority | null {
    return this.all.find((each) => each.fingerprint === fingerprint) ?? null;
  }

  /** Which of them has signed a certificate that comes from anywhere. Says nothing of its time. */
  signerOf(certificate: X509Certificate): ParsedAuthority | null {
    return this.all.find(({ certificate: one }) => isSignedBy(certificate, one)) ?? null;
  }

  private assumedSignerOf(certificate: Uint8Array): ParsedAuthority | null {
    const [first, ...others] = this.all;
    // Checking a signature takes as long as a third of a handshake: it is done again only where there is a choice.
    if (others.length === 0) return first ?? null;
    const parsed = parseCertificate(certificate);
    return parsed && this.signerOf(parsed);
  }
}
