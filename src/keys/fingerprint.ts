const HEX = /^[0-9a-f]{64}$/;
const COLONS = /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/;

/**
 * Reads the fingerprint of a certificate, the SHA-256 of its DER: 64 hexadecimal digits, or as
 * `openssl x509 -fingerprint -sha256` writes it, with colons; upper or lower case. Gives the 64 digits in lower case, or
 * null for anything else.
 */
export function parseFingerprint(text: string): string | null {
  const lower = text.toLowerCase();
  if (HEX.test(lower)) return lower;
  return COLONS.test(lower) ? lower.replaceAll(":", "") : null;
}
