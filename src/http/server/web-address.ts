import { type Address, formatAddress } from "../../net/address/address.ts";

/** Where a server answers HTTP. */
export interface WebAddress extends Address {
  readonly tls: boolean;
}

/** `http://host:port`, or with `https`: what the paths of a server come after. */
export function originOf({ host, port, tls }: WebAddress): string {
  // The zone of a link-local address begins with a percent sign, which is an escape in URLs.
  return `${tls ? "https" : "http"}://${formatAddress({ host: host.replace("%", "%25"), port })}`;
}
