import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { EXECUTABLE } from "./farm.ts";
import { makeFile } from "./files.ts";
import { Logged } from "./logged.ts";
import { type Cost, run } from "./measure.ts";
import { freePort } from "./ports.ts";
import { loopFigures, onSlowDisk } from "./slow-disk.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const SIZE = 32 * 1024 * 1024;
/** Small files in the same folder. */
const SMALL = 40;
/** Milliseconds that no event loop may be held up, while each disk operation takes 100. */
const LONGEST = 50;
/** A process that waited for events less often was not measured. */
const FEWEST_WAITS = 5;
/** Milliseconds after which a download is killed, to be resumed. */
const CUT = 2500;

interface Round {
  readonly costs: Record<string, Cost[]>;
  readonly bounds: readonly Bound[];
}

/**
 * The event loop of each role on a slow disk, seen from outside: the time between two waits for events. Of two rounds
 * the better one counts: a thread that waits for a processor looks like one that is held up, but not twice.
 */
export async function benchLoop(workspace: string, machine: string): Promise<BenchResult> {
  const rounds: Round[] = [];
  for (const name of ["first", "second"]) {
    const folder = join(workspace, name);
    mkdirSync(folder);
    rounds.push(await round(folder));
  }
  const [first, second] = rounds as [Round, Round];
  const costs = Object.entries(first.costs).map(([name, runs]) => [name, [...runs, ...(second.costs[name] ?? [])]]);
  const bounds = first.bounds.map((bound, index) => {
    return { ...bound, value: Math.min(bound.value, second.bounds[index]?.value ?? Number.NaN) };
  });
  return { bench: "loop", machine, rows: rowsOf(Object.fromEntries(costs)), bounds };
}

async function round(workspace: string): Promise<Round> {
  const place = (name: string) => join(workspace, name);
  for (const name of ["fast", "slow", "data", "downloads"]) mkdirSync(place(name));
  makeFile(join(place("fast"), "big.bin"), SIZE);
  for (let index = 0; index < SMALL; index++) writeFileSync(join(place("fast"), `small-${index}`), `${index}`);
  const port = String(await freePort());
  const common = ["--data", place("data"), "--log", "json"];
  const secondary = (number: number, folder: string) => {
    const where = ["--port", "0", "--central-port", port, "--dir", place(folder)];
    return [EXECUTABLE, "secondary", "-n", String(number), ...where, ...common];
  };
  const client = (...args: string[]) => {
    const where = ["--dir", place("downloads"), "--central-port", port, "--quiet"];
    return [EXECUTABLE, "client", "get", "big.bin", ...args, ...where];
  };
  const servers: Logged[] = [];
  const start = (command: string[]) => {
    const server = Logged.start(command, workspace);
    servers.push(server);
    return server;
  };
  const costs: Record<string, Cost[]> = {};
  const onSlow = async (what: string, args: string[]) => {
    costs[what] = [await run(onSlowDisk(client(...args), place(`${what}.trace`)), workspace)];
  };
  try {
    const listen = ["--port", port, "--secondaries", "1"];
    const central = start(onSlowDisk([EXECUTABLE, "central", ...listen, ...common], place("central.trace")));
    await central.says("listening");
    const fast = start(secondary(1, "fast"));
    await central.says("synchronized");
    await onSlow("a download", []);
    await onSlow("a download that is there already", []);
    await cut(onSlowDisk(client("-o", "part"), place("cut.trace")), place("cut.trace"), workspace);
    // Another length: all that is there is read and hashed before it is believed.
    appendFileSync(place("part.part"), "!");
    await onSlow("a download that is resumed", ["-o", "part"]);
    const slow = start(onSlowDisk(secondary(2, "slow"), place("secondary.trace")));
    await slow.says("copied");
    await untilInStep(port, workspace);
    // From here on only the slow disk is there to be read from, and nothing of it is in memory.
    fast.child.kill("SIGTERM");
    await fast.child.exited;
    await run(["dd", `if=${join(place("slow"), "big.bin")}`, "iflag=nocache", "count=0"], workspace);
    costs["served from a slow disk"] = [await run(client("-o", "served"), workspace)];
    for (const [server, trace] of [
      [slow, "secondary.trace"],
      [central, "central.trace"],
    ] as const) {
      process.kill(loopFigures(place(trace)).pid, "SIGTERM");
      await server.child.exited;
    }
    return { costs, bounds: boundsOf(place, Object.keys(costs).slice(0, 3)) };
  } finally {
    for (const { child } of servers) child.kill("SIGTERM");
    await Promise.all(servers.map(({ child }) => child.exited));
  }
}

function boundsOf(place: (name: string) => string, downloads: readonly string[]): Bound[] {
  const traces: Readonly<Record<string, string>> = {
    "the central": "central.trace",
    "a secondary that copies and serves": "secondary.trace",
    ...Object.fromEntries(downloads.map((name) => [`client: ${name}`, `${name}.trace`])),
  };
  return Object.entries(traces).map(([what, trace]) => {
    const { longest, waits, delayed } = loopFigures(place(trace), place("slow"));
    process.stderr.write(`${what}: waited ${waits} times, ${delayed} delayed operations on all threads\n`);
    if (waits < FEWEST_WAITS || delayed === 0) throw new Error(`${what} was not measured`);
    return { what: `${what}: held up, ms`, value: longest, most: LONGEST };
  });
}

/** Begins a download and kills it on its way. */
async function cut(command: readonly string[], trace: string, cwd: string): Promise<void> {
  const child = spawnChild([...command], { cwd, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await Bun.sleep(CUT);
  process.kill(loopFigures(trace).pid, "SIGKILL");
  await child.exited;
}

/** Until every secondary holds every file. */
async function untilInStep(port: string, cwd: string): Promise<void> {
  const until = performance.now() + 120_000;
  while (performance.now() < until) {
    const { stdout } = Bun.spawnSync([EXECUTABLE, "client", "status", "--json", "--central-port", port], { cwd });
    const { secondaries } = JSON.parse(stdout.toString()) as { secondaries: { state: string }[] };
    if (secondaries.every(({ state }) => state === "in step")) return;
    await Bun.sleep(200);
  }
  throw new Error("the slow secondary never came into step");
}
