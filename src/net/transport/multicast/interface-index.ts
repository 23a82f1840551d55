import fs from "node:fs";

/** The number of a network interface, which is another one when it is plugged in again; null where the system does not say. */
export function interfaceIndex(name: string): number | null {
  // Names of addresses of an interface, as `eth0:1`, are no folders there.
  const [own = ""] = name.split(":");
  try {
    const index = Number(fs.readFileSync(`/sys/class/net/${own}/ifindex`, "latin1"));
    return Number.isInteger(index) ? index : null;
  } catch {
    return null;
  }
}
