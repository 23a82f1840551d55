import { readdirSync, readFileSync } from "node:fs";
import { runCommand } from "../world/command.ts";
import { type Fault, SERVERS } from "./fault.ts";

/** A running server can open few more files than it has open, for some time. */
export const starveDescriptors: Fault<{ server: number; more: number }> = {
  name: "starve-descriptors",
  weight: 2,
  draw: (random) => ({ server: random.pick(SERVERS), more: random.below(4) }),
  target: ({ server }) => `server ${server}`,
  async begin({ world }, { server, more }) {
    const program = world.server(server).running;
    if (!program) return null;
    const limit = (soft: number) => runCommand("prlimit", `--pid=${program.pid}`, `--nofile=${soft}:`);
    const usual = softLimit(program.pid);
    limit(readdirSync(`/proc/${program.pid}/fd`).length + more);
    return () => {
      if (program.alive) limit(usual);
    };
  },
};

/** How many files a process may have open. */
function softLimit(pid: number): number {
  const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
}
