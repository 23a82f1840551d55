import { hostname, networkInterfaces } from "node:os";
import type { ServerNames } from "../../keys/https/https-key.ts";
import { isAddress, isWildcard } from "../../net/address/address.ts";

/** Addresses of one machine that a certificate names: a router or a host of containers may have thousands. */
const MAX_ADDRESSES = 64;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/;

/** What names of a machine there are. */
export interface Machine {
  readonly hostname: string;
  /** The addresses of its interfaces. */
  readonly addresses: readonly string[];
}

export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return { hostname: hostname(), addresses };
}

/** Those of a machine and of loopback, and others that people use: host names and addresses, in any spelling. */
export function serverNames(others: readonly string[], machine: Machine): ServerNames {
  const all = ["localhost", machine.hostname, "127.0.0.1", "::1", ...others, ...machine.addresses].map(
    (name) => name.toLowerCase().split("%")[0] ?? "",
  );
  const addresses = all.filter((name) => isAddress(name) && !isWildcard(name));
  return {
    hosts: [...new Set(all.filter(isHostName))],
    addresses: [...new Set(addresses)].slice(0, MAX_ADDRESSES),
  };
}

/** Whether it can stand for a host in a certificate, in lower case. */
export function isHostName(name: string): boolean {
  return !isAddress(name) && HOST_NAME.test(name);
}
