import { mkdirSync, writeFileSync } from "node:fs";
import { runCommand } from "./command.ts";

/** Megabits a second of each link, so that a file of some MiB takes about a second. */
const USUAL_MEGABITS = 48;
/** Bytes that go out at once: at least one segment as the kernel hands it over. */
const BURST_BYTES = 70_000;

/** Which way packets go on the link of a host: from it, or to it. */
export type Direction = "out" | "in";
export const BOTH_WAYS: readonly Direction[] = ["out", "in"];

/**
 * Hosts, each a network namespace behind a link of its own. All links end in the namespace of this process, which is
 * the router between them.
 */
export class Hosts {
  constructor(private readonly count: number) {
    mkdirSync("/run/netns", { recursive: true });
    runCommand("ip", "link", "set", "lo", "up");
    for (let host = 0; host < count; host++) this.make(host);
    writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  }

  address(host: number): string {
    return `10.214.${host}.2`;
  }

  /** The command before one that runs on a host. The process that it starts becomes that command. */
  enter(host: number): string[] {
    return ["nsenter", `--net=/run/netns/${name(host)}`];
  }

  /** Packets of one direction vanish; nobody is told. */
  cut(host: number, direction: Direction): void {
    this.shape(host, direction, ["blackhole"]);
  }

  slow(host: number, direction: Direction, megabits: number): void {
    const rate = ["tbf", "rate", `${megabits}mbit`, "burst", String(BURST_BYTES), "latency", "50ms"];
    this.shape(host, direction, rate);
  }

  usual(host: number): void {
    for (const direction of BOTH_WAYS) this.slow(host, direction, USUAL_MEGABITS);
  }

  /** Takes the carrier away or gives it back: the router says at once that a host without one cannot be reached. */
  carrier(host: number, up: boolean): void {
    runCommand("ip", "link", "set", outer(host), up ? "up" : "down");
  }

  /** Packets from one host to another vanish on the router, or do no longer. */
  separate(from: number, to: number, separated: boolean): void {
    const rule = ["from", this.address(from), "to", this.address(to), "blackhole"];
    runCommand("ip", "rule", separated ? "add" : "del", ...rule);
  }

  get all(): number[] {
    return Array.from({ length: this.count }, (_, host) => host);
  }

  private make(host: number): void {
    const inside = (...args: string[]) => runCommand("ip", "-n", name(host), ...args);
    runCommand("ip", "netns", "add", name(host));
    runCommand("ip", "link", "add", outer(host), "type", "veth", "peer", "name", "eth0", "netns", name(host));
    runCommand("ip", "addr", "add", `10.214.${host}.1/24`, "dev", outer(host));
    runCommand("ip", "link", "set", outer(host), "up");
    inside("addr", "add", `${this.address(host)}/24`, "dev", "eth0");
    inside("link", "set", "eth0", "up");
    inside("link", "set", "lo", "up");
    inside("route", "add", "default", "via", `10.214.${host}.1`);
    this.usual(host);
  }

  private shape(host: number, direction: Direction, discipline: readonly string[]): void {
    const where = direction === "out" ? ["-n", name(host)] : [];
    const device = direction === "out" ? "eth0" : outer(host);
    runCommand("tc", ...where, "qdisc", "replace", "dev", device, "root", ...discipline);
  }
}

function name(host: number): string {
  return `host${host}`;
}

/** The router's end of a host's link. */
function outer(host: number): string {
  return `link${host}`;
}
