import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares } from "./files.ts";
import { inTurn, median, run, runForOutput } from "./measure.ts";
import { freePort } from "./ports.ts";
import { peakMemoryOf } from "./proc.ts";
import { Server } from "./server.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
const SIZE = 1024 * MIB;
const ROUNDS = 5;
/** Places that a reader seeks to, and bytes that it reads there. */
const SEEKS = 15;
const TASTE = 100_000;
/** Readers at once, each at another place, bytes that each reads, and bytes a second. */
const CROWD = 50;
const SHARE = 12 * MIB;
const SLOW_RATE = 2 * MIB;
/** Milliseconds until it listens. */
const DEADLINE = 30_000;
/** Of the rate of `client get`, what `curl` must have through `client serve`. */
const LEAST_RATE = 0.7;

/** `client serve` to `curl`, against `client get`, neither of which writes a file, as `curl` takes longer for that than for all else; how soon the first byte comes after a seek; the memory that it takes. */
export async function benchServe(workspace: string, machine: string): Promise<BenchResult> {
  const { folders } = makeShares(workspace, "big.bin", SIZE);
  const data = join(workspace, "data");
  mkdirSync(data);
  const farm = await Farm.start(folders, data);
  const port = await freePort();
  const cache = join(workspace, "cache");
  const address = ["--http", String(port), "--cache-dir", cache];
  const server = Server.start(farm.client("serve", ...address, "--cache", "0", "--log", "json"), workspace);
  const url = `http://127.0.0.1:${port}/files/big.bin`;
  try {
    await server.until("http-listening", DEADLINE);
    const costs = await inTurn(
      {
        "client get": () => run(farm.get("big.bin", "-"), workspace),
        "curl from client serve": () => run(["curl", "-sS", "-o", "/dev/null", url], workspace),
      },
      ROUNDS,
    );
    const rows = rowsOf(costs);
    const [get, curl] = rows.map(({ seconds }) => seconds) as [number, number];
    const seek = await firstByteAfterSeek(url, workspace);
    await crowd(url, workspace);
    return {
      bench: "serve",
      machine,
      rows,
      bounds: [
        { what: "curl / get, seconds", value: curl / get, most: 1 / LEAST_RATE },
        { what: "first byte after a seek, ms", value: seek, most: 150 },
        {
          what: `memory of client serve, after ${CROWD} readers at once, MB`,
          value: peakMemoryOf(server.pid) / 1e6,
          most: 250,
        },
      ],
    };
  } finally {
    await server.stop();
    await farm.stop();
  }
}

/** Median of milliseconds from a request to its first byte, for places far from each other. */
async function firstByteAfterSeek(url: string, workspace: string): Promise<number> {
  const waits: number[] = [];
  for (let seek = 0; seek < SEEKS; seek++) {
    const start = Math.floor(((seek * 7) % SEEKS) * (SIZE / SEEKS));
    const range = `${start}-${start + TASTE - 1}`;
    const curl = ["curl", "-sS", "-o", "/dev/null", "-r", range, "-w", "%{time_starttransfer}", url];
    waits.push(Number((await runForOutput(curl, workspace)).out) * 1000);
  }
  return median(waits);
}

/** Slow readers at many places at once. */
async function crowd(url: string, workspace: string): Promise<void> {
  const readers = Array.from({ length: CROWD }, (_, reader) => {
    const start = Math.floor((reader * (SIZE - SHARE)) / CROWD);
    const slowly = ["--limit-rate", String(SLOW_RATE), "-r", `${start}-${start + SHARE - 1}`];
    return run(["curl", "-sS", "-o", "/dev/null", ...slowly, url], workspace);
  });
  await Promise.all(readers);
}
