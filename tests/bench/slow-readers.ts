import { request } from "node:http";
import { spawnChild } from "./children.ts";
import { Load } from "./load.ts";
import type { SlowReadersReply, SlowReadersRequest } from "./load-slow-readers.ts";
import { type Cost, percentile } from "./measure.ts";
import { cpuOf, memoryOf } from "./proc.ts";

const SLOW = 500;
/** Milliseconds for which they read. */
const READING = 20_000;
/** Who read as fast as they can, one download after the other, in the last part of that time. */
const FAST = 5;
const FAST_FROM = 10_000;
/** Milliseconds between two requests that the HTTP thread answers by itself. */
const ASKING = 50;

interface CrowdCost {
  readonly cost: Cost;
  /** Slow readers that were cut off. */
  readonly lost: number;
  /** Milliseconds until another request was answered, which not one in a hundred exceeded. */
  readonly wait: number;
}

export const CROWD = `${SLOW} slow readers`;

/** What many slow readers, and then a few fast ones too, of a file cost the process that serves it at `port`. */
export async function crowdAt(port: number, pid: number, path: string, cwd: string): Promise<CrowdCost> {
  const used = cpuOf(pid);
  // In a process of their own: what so many bring keeps others waiting there, as whoever asks how long an answer takes.
  const readers: Load<SlowReadersRequest, SlowReadersReply> = Load.start("load-slow-readers.ts");
  await readers.ask({ kind: "begin", port, path, count: SLOW });
  const waits: number[] = [];
  let memory = 0;
  const began = performance.now();
  const passed = () => performance.now() - began;
  const fast = Array.from({ length: FAST }, () => new FastReader(`http://127.0.0.1:${port}${path}`, cwd));
  while (passed() < READING) {
    await Bun.sleep(ASKING);
    memory = Math.max(memory, memoryOf(pid));
    waits.push(await answered(port));
    if (passed() > FAST_FROM) for (const reader of fast) reader.begin();
  }
  const { lost, bytes } = await readers.ask({ kind: "count" });
  process.stderr.write(`each of ${SLOW} has read ${Math.round(bytes / SLOW / READING)} kB a second\n`);
  await Promise.all([readers.stop(), ...fast.map((reader) => reader.stop())]);
  return {
    cost: { seconds: READING / 1000, cpu: cpuOf(pid) - used, memory },
    lost,
    wait: percentile(waits, 99),
  };
}

/** Takes a file again and again, as fast as it can. */
class FastReader {
  private child: Bun.Subprocess | null = null;

  constructor(
    private readonly url: string,
    private readonly cwd: string,
  ) {}

  /** Begins with the next one, if the one before is over. */
  begin(): void {
    if (this.child?.exitCode === null) return;
    this.child = spawnChild(["curl", "-sSf", "-o", "/dev/null", this.url], { cwd: this.cwd, stdout: "ignore" });
  }

  async stop(): Promise<void> {
    this.child?.kill();
    await this.child?.exited;
  }
}

/** Milliseconds until it is answered that there is nothing at an address, over a connection of its own. */
function answered(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const began = performance.now();
  const asked = request({ port, host: "127.0.0.1", path: "/nothing", agent: false }, (response) => {
    response.resume();
    response.on("end", () => resolve(performance.now() - began));
  });
  asked.on("error", reject);
  asked.end();
  return promise;
}
