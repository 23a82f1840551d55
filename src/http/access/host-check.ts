import { isAddress, isLoopback, normalizeHost, parseEndpoint } from "../../net/address/address.ts";
import { say, type Told } from "../../sentences/sentence.ts";

/** Why a request is refused for the host that it names. */
export interface RefusedHost {
  readonly status: 400 | 421;
  readonly reason: Told;
}

/**
 * Refuses a request that names another host than this server: a page of that name may have had the browser connect here
 * (DNS rebinding), and would read what it answers. An address as such has no name that could lead elsewhere.
 * `header`: as it came, several joined with commas; `names`: by which this server is called, as normalizeHost spells them.
 */
export function checkHost(header: string | null, names: ReadonlySet<string>): RefusedHost | null {
  const found = header === null || header.includes("*") ? null : parseEndpoint(header);
  if (!found) return { status: 400, reason: say("the request does not name one host, as HTTP/1.1 wants it") };
  const host = normalizeHost(found.host);
  if (isAddress(host) || isLoopback(host) || names.has(withoutFinalDot(host))) return null;
  return {
    status: 421,
    reason: say("this server is not called so: call it by its address, or give it the name with --http-host"),
  };
}

function withoutFinalDot(host: string): string {
  return host.endsWith(".") ? host.slice(0, -1) : host;
}
