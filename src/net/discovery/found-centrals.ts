import { type Address, isLinkLocal, isLoopback, isWildcard, normalizeHost } from "../address/address.ts";
import type { Link } from "../transport/multicast/multicast.ts";
import type { Announcement } from "./service.ts";

/** Centrals that are remembered; more can only be somebody's mischief. */
const MAX_CENTRALS = 16;

/** A central that has answered. Its address is no more than that: keys decide who it is. */
export interface FoundCentral {
  /** What it calls itself. */
  readonly instance: string;
  readonly address: Address;
}

/** The centrals that have answered, each once. Sans-I/O. */
export class FoundCentrals {
  private readonly found = new Map<string, FoundCentral>();

  /** What came from one network. */
  add(announcements: readonly Announcement[], link: Link): void {
    for (const { instance, port, addresses } of announcements) {
      const key = instance.toLowerCase();
      const host = bestAddress(addresses, link);
      if (host === undefined || this.found.has(key) || this.found.size >= MAX_CENTRALS) continue;
      this.found.set(key, { instance, address: { host, port } });
    }
  }

  get all(): readonly FoundCentral[] {
    return [...this.found.values()];
  }
}

/** The address to connect to: one of the network itself where there is one. */
function bestAddress(addresses: readonly string[], link: Link): string | undefined {
  const usable = addresses.map(normalizeHost).filter((host) => isUsable(host, link));
  return usable.find((host) => link.contains(host)) ?? usable.find((host) => !host.includes(":")) ?? usable[0];
}

/** Nobody elsewhere can say what is at a loopback address of this machine. */
function isUsable(host: string, link: Link): boolean {
  const isGroup = /^(22[4-9]|23\d|255)\./.test(host) || host.startsWith("ff");
  return !isWildcard(host) && !isGroup && !isLinkLocal(host) && (link.loopback || !isLoopback(host));
}
