import { isLoopback, isWildcard } from "../address/address.ts";
import type { Link } from "../transport/multicast/multicast.ts";

/** A network on which a central is announced, and at which addresses. */
export interface AnnouncedLink {
  readonly link: Link;
  readonly addresses: readonly string[];
}

/**
 * Where a central is announced that listens on `host`: on the networks that reach it, with its addresses there. On
 * loopback only where it listens there alone.
 */
export function announcedLinks(host: string, links: readonly Link[]): AnnouncedLink[] {
  return links.flatMap((link) => {
    const addresses = addressesOn(link, host);
    return addresses.length === 0 ? [] : [{ link, addresses }];
  });
}

function addressesOn(link: Link, host: string): readonly string[] {
  if (host === "localhost") return link.addresses.filter(isLoopback);
  if (!isWildcard(host)) return link.addresses.filter((address) => address === host);
  if (link.loopback) return [];
  return host === "::" ? link.addresses : link.addresses.filter((address) => !address.includes(":"));
}
