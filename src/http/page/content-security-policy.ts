import { originOf, type WebAddress } from "../server/web-address.ts";

/**
 * What the page may do: nothing but with this server, and play what the secondaries have, to which the central sends it. `styles`: the
 * hashes of those that are in its document.
 */
export function contentSecurityPolicy(secondaries: readonly WebAddress[], styles: readonly string[] = []): string {
  const media = [...new Set(secondaries.map(sourceOf))].sort();
  return [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styles].join(" "),
    "img-src 'self'",
    "connect-src 'self'",
    ["media-src 'self'", ...media].join(" "),
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The policy has no way to name an IPv6 address: any host with that scheme stands for it, and for what may be no name. */
function sourceOf(address: WebAddress): string {
  if (/^[\w.-]+$/.test(address.host)) return originOf(address);
  return address.tls ? "https:" : "http:";
}
