import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/** A network namespace of its own for each host, each behind a link to the outside with a rate of its own. */
export class Hosts {
  private constructor(private readonly names: readonly string[]) {}

  /**
   * Makes `count` hosts. Needs root, `ip` and `tc`. Long packets, so that a link's rate is that of what it
   * carries and not of headers; where many share one, its queue would have few of these for each.
   */
  static make(count: number, packetBytes = 9000): Hosts {
    const names: string[] = [];
    const hosts = new Hosts(names);
    try {
      for (let index = 0; index < count; index++) {
        const name = `redes${process.pid}-${index}`;
        run("ip", "netns", "add", name);
        names.push(name);
        run("ip", "link", "add", hosts.outer(index), "type", "veth", "peer", "name", "eth0", "netns", name);
        run("ip", "link", "set", hosts.outer(index), "mtu", String(packetBytes));
        run("ip", "-n", name, "link", "set", "eth0", "mtu", String(packetBytes));
        run("ip", "addr", "add", `${hosts.outside(index)}/24`, "dev", hosts.outer(index));
        run("ip", "link", "set", hosts.outer(index), "up");
        run("ip", "-n", name, "addr", "add", `${hosts.inside(index)}/24`, "dev", "eth0");
        run("ip", "-n", name, "link", "set", "eth0", "up");
        run("ip", "-n", name, "link", "set", "lo", "up");
        run("ip", "-n", name, "route", "add", "default", "via", hosts.outside(index));
        // Of these links alone, so that hosts reach each other: nothing else of this machine becomes a router.
        writeFileSync(`/proc/sys/net/ipv4/conf/${hosts.outer(index)}/forwarding`, "1");
      }
      return hosts;
    } catch (error) {
      hosts.remove();
      throw error;
    }
  }

  /** The address of a host, seen from everywhere. */
  inside(index: number): string {
    return `10.213.${index}.2`;
  }

  /** The address of this side of a host's link. */
  outside(index: number): string {
    return `10.213.${index}.1`;
  }

  /** The command that runs another one on a host. */
  on(index: number, command: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.names[index] ?? "", ...command];
  }

  /** Limits what a host sends, and with `both` what it receives too, to so many megabits a second. */
  limit(index: number, megabits: number, both = false): void {
    const name = this.names[index] ?? "";
    // A burst of 10 ms, and at least one segment as the kernel hands it over.
    const burst = Math.max(70_000, Math.round((megabits * 1e6) / 8 / 100));
    const shape = ["root", "tbf", "rate", `${megabits}mbit`, "burst", String(burst), "latency", "50ms"];
    run("tc", "-n", name, "qdisc", "replace", "dev", "eth0", ...shape);
    if (both) run("tc", "qdisc", "replace", "dev", this.outer(index), ...shape);
  }

  /** Bytes that a host has sent, headers included. */
  sent(index: number): number {
    return Number(readFileSync(`/sys/class/net/${this.outer(index)}/statistics/rx_bytes`, "utf8"));
  }

  remove(): void {
    for (const name of this.names) spawnSync("ip", ["netns", "del", name]);
  }

  private outer(index: number): string {
    return `rd${process.pid}-${index}`;
  }
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
