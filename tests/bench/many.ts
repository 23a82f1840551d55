import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CentralSession } from "../../src/client/central-session.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { EXECUTABLE } from "./farm.ts";
import type { Cost } from "./measure.ts";
import { freePort, untilListening } from "./ports.ts";
import { cpuOf, memoryOf } from "./proc.ts";
import { Server } from "./server.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

/** Files of each secondary; of so many the bounds are. */
const FILES = Number(process.env.REDES_BENCH_FILES ?? 25_000);
const BOUNDED_FILES = 100_000;
const SECONDARIES = 3;
/** Files in each folder. */
const FOLDER = 200;
const DEADLINE_MS = 600_000;
/** Milliseconds between two questions how the cluster is, and after the last work until memory is looked at. */
const [LOOK_MS, REST_MS] = [20, 3000];
/** What is begun and ended anew takes this long in any case. */
const LEAST_SECONDS = 1;
/** Four times as many may take so much more than four times as long, or as much. */
const TOLERANCE = 1.25;

/** What a cluster did with so many files. */
interface Measured {
  readonly files: number;
  /** Seconds, CPU seconds of all servers, and the memory of the server that was begun or of the largest. */
  readonly first: Cost;
  readonly central: Cost;
  readonly secondary: Cost;
  /** Bytes, at the end. */
  readonly memory: { readonly central: number; readonly secondary: number };
}

/** Many small files that all secondaries have: how long until all serve, at first and after restarts, and the memory. */
export async function benchMany(workspace: string, machine: string): Promise<BenchResult> {
  const none = await measure(workspace, 0);
  const quarter = await measure(workspace, Math.ceil(FILES / 4));
  const all = await measure(workspace, FILES);
  const rows = [quarter, all].flatMap(({ files, first, central, secondary }) => [
    [`${files} files, ${SECONDARIES} secondaries, first start`, [first]] as const,
    [`${files} files, central restarted`, [central]] as const,
    [`${files} files, secondary restarted`, [secondary]] as const,
  ]);
  return { bench: "many", machine, rows: rowsOf(Object.fromEntries(rows)), bounds: boundsOf(none, quarter, all) };
}

function boundsOf(none: Measured, quarter: Measured, all: Measured): Bound[] {
  const scale = all.files / BOUNDED_FILES;
  const within = (seconds: number) => Math.max(LEAST_SECONDS, seconds * scale);
  const roles = ["central", "secondary"] as const;
  return [
    { what: "until all serve, s", value: all.first.seconds, most: within(15) },
    { what: "a restarted central serves, s", value: all.central.seconds, most: within(2) },
    { what: "a restarted secondary serves all, s", value: all.secondary.seconds, most: within(2) },
    ...roles.map((role) => ({
      what: `memory of a ${role} for each ${BOUNDED_FILES} files, MB`,
      value: (all.memory[role] - none.memory[role]) / 1e6 / scale,
      most: 100,
    })),
    {
      what: "time of the first start / four times that of a quarter",
      value: all.first.seconds / quarter.first.seconds / 4,
      most: TOLERANCE,
    },
    ...roles.map((role) => ({
      what: `memory of a ${role} / four times that of a quarter`,
      value: (all.memory[role] - none.memory[role]) / (quarter.memory[role] - none.memory[role]) / 4,
      most: TOLERANCE,
    })),
  ];
}

async function measure(workspace: string, files: number): Promise<Measured> {
  const home = join(workspace, `${files} files`);
  makeFolders(home, files);
  const cluster = await Cluster.start(home);
  try {
    const first = await cluster.untilInStep(files);
    const central = await cluster.restartCentral(files);
    const secondary = await cluster.restartSecondary(files);
    await Bun.sleep(REST_MS);
    const memory = cluster.memory();
    const { seconds, cpu } = first;
    const last = [central, secondary].map((cost) => `${cost.seconds.toFixed(2)} s`).join(", ");
    const megabytes = `${Math.round(memory.central / 1e6)} and ${Math.round(memory.secondary / 1e6)} MB`;
    process.stderr.write(`${files} files: ${seconds.toFixed(2)} s (CPU ${cpu.toFixed(2)}), ${last}, ${megabytes}\n`);
    return { files, first, central, secondary, memory };
  } finally {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Folders with the same files. */
function makeFolders(home: string, files: number): void {
  const [first = "", ...others] = folders(home);
  mkdirSync(first, { recursive: true });
  for (let index = 0; index < files; index++) {
    const folder = join(first, `collection ${Math.floor(index / FOLDER)}`);
    if (index % FOLDER === 0) mkdirSync(folder);
    writeFileSync(join(folder, `recording ${index}.txt`), `This is file ${index}.\n`);
  }
  for (const other of others) cpSync(first, other, { recursive: true });
}

function folders(home: string): string[] {
  return Array.from({ length: SECONDARIES }, (_, index) => join(home, `share${index + 1}`));
}

/** A central and its secondaries, of which each can be begun anew. */
class Cluster {
  private secondaries: Server[];
  private began = performance.now();

  private constructor(
    private readonly home: string,
    private readonly port: number,
    private central: Server,
    private readonly session: CentralSession,
  ) {
    this.secondaries = folders(home).map((_, index) => this.startSecondary(index));
  }

  static async start(home: string): Promise<Cluster> {
    const port = await freePort();
    const central = startCentral(home, port);
    await untilListening(port);
    const deps = { clock: systemClock, random: systemRandom, network: tcpNetwork(systemClock), log: silentLog };
    const session = new CentralSession(deps, { host: "127.0.0.1", port }, "bench", () => {});
    session.start();
    return new Cluster(home, port, central, session);
  }

  /** From the start of the secondaries until the central says that all have all files. */
  async untilInStep(files: number): Promise<Cost> {
    await this.central.until("synchronized", DEADLINE_MS);
    const seconds = (performance.now() - this.began) / 1000;
    await this.untilAllHave(files);
    return { seconds, cpu: this.cpu(), memory: Math.max(...this.all().map(({ pid }) => memoryOf(pid))) };
  }

  /** From the start of another central until it serves. */
  async restartCentral(files: number): Promise<Cost> {
    await this.central.stop();
    const before = this.cpuOfSecondaries();
    const began = performance.now();
    this.central = startCentral(this.home, this.port);
    await this.central.until("synchronized", DEADLINE_MS);
    const seconds = (performance.now() - began) / 1000;
    const cpu = cpuOf(this.central.pid) + this.cpuOfSecondaries() - before;
    await this.untilAllHave(files);
    return { seconds, cpu, memory: memoryOf(this.central.pid) };
  }

  /** From the start of another process of the last secondary until the central says that it has all files. */
  async restartSecondary(files: number): Promise<Cost> {
    const index = SECONDARIES - 1;
    await this.secondaries[index]?.stop();
    const began = performance.now();
    const secondary = this.startSecondary(index);
    this.secondaries[index] = secondary;
    await secondary.until("registered", DEADLINE_MS);
    await this.untilAllHave(files);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, cpu: cpuOf(secondary.pid), memory: memoryOf(secondary.pid) };
  }

  memory(): Measured["memory"] {
    const secondary = Math.max(...this.secondaries.map(({ pid }) => memoryOf(pid)));
    return { central: memoryOf(this.central.pid), secondary };
  }

  async stop(): Promise<void> {
    this.session.stop();
    await Promise.all(this.all().map((server) => server.stop()));
  }

  private all(): Server[] {
    return [this.central, ...this.secondaries];
  }

  private cpu(): number {
    return cpuOf(this.central.pid) + this.cpuOfSecondaries();
  }

  private cpuOfSecondaries(): number {
    return this.secondaries.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
  }

  private async untilAllHave(files: number): Promise<void> {
    const until = performance.now() + DEADLINE_MS;
    while (performance.now() < until) {
      const { secondaries = [] } = (await this.session.state().catch(() => null)) ?? {};
      const those = secondaries.filter((one) => one.state === "in step" && one.files === files);
      if (those.length === SECONDARIES) return;
      await Bun.sleep(LOOK_MS);
    }
    throw new Error(`the secondaries have not become in step with ${files} files`);
  }

  private startSecondary(index: number): Server {
    const number = String(index + 1);
    const where = ["--dir", folders(this.home)[index] ?? "", "--data", this.home];
    return start("secondary", "-n", number, "--port", "0", "--central-port", String(this.port), ...where);
  }
}

function startCentral(home: string, port: number): Server {
  return start("central", "--port", String(port), "--secondaries", String(SECONDARIES), "--data", home);
}

function start(...args: string[]): Server {
  return Server.start([EXECUTABLE, ...args, "--log", "json"], join(EXECUTABLE, ".."));
}
