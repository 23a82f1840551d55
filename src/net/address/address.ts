export interface Address {
  readonly host: string;
  readonly port: number;
}

/** An address as a person writes it. Without a port, the default port is meant. */
export interface Endpoint {
  readonly host: string;
  readonly port: number | null;
}

/** Parts of an IPv4 address in the spellings that the C library knows: `127.1`, `0x7f.1`, `0`. */
const NUMERIC = /^(0x[\da-f]*|\d+)(\.(0x[\da-f]*|\d+)){0,3}\.?$/i;

/** Four numbers up to 255, without zeros before them. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** `host:port`, with brackets around an IPv6 host. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Parses `HOST`, `HOST:PORT`, `ADDRESS`, `[ADDRESS]` or `[ADDRESS]:PORT`; null when the text is none of them. The host is
 * normalized by {@link normalizeHost}.
 */
export function parseEndpoint(text: string): Endpoint | null {
  if (isIPv6(text)) return { host: normalizeHost(text), port: null };
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([\w.-]{1,253}|\*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = digits === undefined ? null : Number(digits);
  if (host === undefined || (port !== null && port > 65_535)) return null;
  if (bracketed !== undefined && !isIPv6(bracketed)) return null;
  const plain = normalizeHost(host);
  // A number alone is a port or a mistake, except for the usual short forms of an address (`127.1`, `0`).
  if (NUMERIC.test(plain) && (isIP(plain) === 0 || (isIP(host) === 0 && !isLoopback(plain) && !isWildcard(plain)))) {
    return null;
  }
  return { host: plain, port };
}

/**
 * The canonical spelling of a host, so that two spellings of one host are equal: lower case, the shortest form of an
 * address, IPv4 for IPv4-mapped IPv6, `::` for `*`, and a zone only for a link-local address.
 */
export function normalizeHost(host: string): string {
  const [address = "", zone] = host.split("%", 2);
  if (address === "*") return "::";
  if (isIP(address) === 6) {
    const plain = unmapIPv4(new URL(`http://[${withoutDots(address)}]/`).hostname.slice(1, -1));
    return zone !== undefined && isLinkLocal(plain) ? `${plain}%${zone}` : plain;
  }
  // It has no other spelling.
  if (isIP(host) === 4) return host;
  const name = host.toLowerCase();
  if (name === "localhost.") return "localhost";
  return NUMERIC.test(name) && URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : name;
}

/** An IPv6 address with its last four bytes as two groups: not every address with dots is one to the URLs of the runtime. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.map(Number);
    return `${(first * 256 + second).toString(16)}:${(third * 256 + fourth).toString(16)}`;
  });
}

/** Whether only this machine can reach a server that listens on `host`, in any spelling. */
export function isLoopback(host: string): boolean {
  const plain = normalizeHost(host);
  return plain === "::1" || /^127(\.\d{1,3}){3}$/.test(plain) || /^([^.]+\.)*localhost$/.test(plain);
}

/** Whether a server that listens on `host` listens on every address of the machine. */
export function isWildcard(host: string): boolean {
  const plain = normalizeHost(host);
  return plain === "::" || plain === "0.0.0.0";
}

/** Whether `host`, as {@link normalizeHost} spells it, is an address that can be listened on, or `localhost`. */
export function canListen(host: string): boolean {
  return host === "localhost" || isAddress(host);
}

/** Whether `host` is an IP address, with or without a zone, and no name. */
export function isAddress(host: string): boolean {
  return isIP(host) === 4 || isIPv6(host);
}

function isIPv6(text: string): boolean {
  const [address = "", zone, extra] = text.split("%");
  return isIP(address) === 6 && extra === undefined && (zone === undefined || /^[\w.-]{1,15}$/.test(zone));
}

/** Whether an address is link-local: it needs a zone, which names the network interface. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address);
}

/**
 * What counts as one address where connections are counted: an IPv4 address, or the first 64 bits of an IPv6 address, since
 * a machine may have all that begin with them. `host` as {@link normalizeHost} spells it.
 */
export function addressGroup(host: string): string {
  const [address = ""] = host.split("%");
  if (isIP(address) !== 6) return host;
  const [before = "", after = ""] = address.split("::");
  const first = before === "" ? [] : before.split(":");
  const last = after === "" ? [] : after.split(":");
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return `${[...first, ...zeros, ...last].slice(0, 4).join(":")}::/64`;
}

/** Turns an IPv4-mapped address into IPv4: `::ffff:7f00:1`, as an IPv6 socket names an IPv4 peer, is 127.0.0.1. */
function unmapIPv4(address: string): string {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}

/** As node:net has it, which takes a client 7 ms to load: only for what may be an IPv6 address. */
function isIP(text: string): number {
  if (!text.includes(":")) return IPV4.test(text) ? 4 : 0;
  return process.getBuiltinModule("node:net").isIP(text);
}
