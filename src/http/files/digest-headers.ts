/** Of the whole file, whichever part of it is sent, by its SHA-256 in hexadecimal digits; none where it is not known. RFC 3230, which aria2 checks, and RFC 9530, which came after it. */
export function digestHeaders(sha256: string | null): Record<string, string> {
  if (sha256 === null) return {};
  const base64 = Buffer.from(sha256, "hex").toString("base64");
  return { digest: `SHA-256=${base64}`, "repr-digest": `sha-256=:${base64}:` };
}
