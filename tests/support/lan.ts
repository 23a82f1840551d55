import { spawnSync } from "node:child_process";

/** Two machines on one local network, each a network namespace, until it is disposed. */
export class Lan implements Disposable {
  private constructor(private readonly names: readonly [string, string]) {}

  /** Needs root and `ip`; null where there are none. */
  static make(): Lan | null {
    if (process.getuid?.() !== 0) return null;
    const names: readonly [string, string] = [`redes-lan-${process.pid}-a`, `redes-lan-${process.pid}-b`];
    const lan = new Lan(names);
    const made =
      names.every((name) => ip("netns", "add", name)) &&
      ip("link", "add", "eth0", "netns", names[0], "type", "veth", "peer", "name", "eth0", "netns", names[1]) &&
      [0, 1].every((machine) => lan.connect(machine));
    if (made) return lan;
    lan[Symbol.dispose]();
    return null;
  }

  address(machine: number): string {
    return `10.215.0.${machine + 1}`;
  }

  /** The beginning of a command line that runs the rest on a machine. */
  on(machine: number): string[] {
    return ["ip", "netns", "exec", this.names[machine] ?? ""];
  }

  [Symbol.dispose](): void {
    for (const name of this.names) ip("netns", "del", name);
  }

  private connect(machine: number): boolean {
    const name = this.names[machine] ?? "";
    return (
      ip("-n", name, "addr", "add", `${this.address(machine)}/24`, "dev", "eth0") &&
      ip("-n", name, "link", "set", "eth0", "up") &&
      ip("-n", name, "link", "set", "lo", "up") &&
      ip("-n", name, "route", "add", "default", "dev", "eth0")
    );
  }
}

function ip(...args: string[]): boolean {
  return spawnSync("ip", args).status === 0;
}
