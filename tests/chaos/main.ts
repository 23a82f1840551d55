import { randomInt } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";

/**
 * `npm run chaos -- --minutes M --seed N`: a cluster of real processes under real faults, checked from outside.
 *
 * This process only makes the namespaces in which everything else is: of process ids, mounts and networks. Linux takes
 * all of them back once their first process is gone, however it ends, so no run leaves anything to the next one.
 */

const NEEDED = ["unshare", "nsenter", "prlimit", "ip", "tc", "mount", "umount"];
/** Milliseconds for the namespaces to end by themselves. */
const ENDING_MS = 3000;

function refuse(why: string): never {
  process.stderr.write(`chaos: ${why}\n`);
  process.exit(2);
}

function readFlags(): { minutes: number; seed: number } {
  const options = { minutes: { type: "string", default: "1" }, seed: { type: "string" } } as const;
  const { minutes: minutesText, seed: seedText } = parseArgs({ options }).values;
  const minutes = Number(minutesText);
  if (!(minutes > 0)) refuse(`--minutes takes a number above 0, not ${minutesText}`);
  const seed = seedText === undefined ? randomInt(2 ** 31) : Number(seedText);
  if (!Number.isSafeInteger(seed) || seed < 0) refuse(`--seed takes a whole number from 0 on, not ${seedText}`);
  return { minutes, seed };
}

async function main(): Promise<number> {
  const { minutes, seed } = readFlags();
  if (process.platform !== "linux" || process.getuid?.() !== 0) refuse("it needs Linux and root, to make namespaces");
  const missing = NEEDED.filter((program) => !Bun.which(program));
  if (missing.length > 0) refuse(`it needs ${missing.join(", ")} (Debian's packages: iproute2 util-linux)`);
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const inside = [process.execPath, join(import.meta.dir, "inside.ts"), String(minutes), String(seed)];
  // Ctrl-C reaches the whole process group of a terminal: the processes of the cluster are in another one.
  const child = Bun.spawn(["unshare", ...namespaces, ...inside], {
    stdio: ["pipe", "inherit", "inherit"],
    detached: true,
  });
  let interrupted = false;
  const stop = () => {
    interrupted = true;
    // The first process in the namespaces ends when its stdin does.
    void child.stdin.end();
    setTimeout(() => child.kill("SIGKILL"), ENDING_MS).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const code = await child.exited;
  if (interrupted) process.stderr.write("chaos: stopped; its processes, mounts and networks are gone\n");
  return interrupted ? 130 : code;
}

process.exit(await main());
