import { mkdirSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeFile, memoryFolder } from "./files.ts";
import { type Cost, cpuOf, median, memoryOf, run } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { freePort } from "./ports.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const SIZE = 1024 ** 3;
const RUNS = 5;
const READERS = 500;
/** Milliseconds for which they read, and between two of their reads: about 100 kB/s each. */
const READING = 20_000;
const PAUSE = 500;

/** A secondary's files over HTTP: one `curl` beside the same from nginx, in turn, and many slow readers. */
export async function benchHttp(workspace: string, machine: string): Promise<BenchResult> {
  const root = join(memoryFolder(workspace, SIZE), `redes-bench-http-${process.pid}`);
  const folder = join(root, "share");
  const data = join(workspace, "data");
  mkdirSync(folder, { recursive: true });
  mkdirSync(data);
  makeFile(join(folder, "film.mkv"), SIZE);
  const port = await freePort();
  const farm = await Farm.start([folder], data, { http: [port] });
  const nginx = await NginxFarm.start([folder], workspace);
  try {
    const url = `http://127.0.0.1:${port}/files/film.mkv`;
    const [other = ""] = nginx.urls("film.mkv");
    const costs: Record<string, Cost[]> = { "curl, a secondary": [], "curl, nginx": [] };
    // The background work on the new file is over once its digest is told.
    while (!(await fetch(url, { method: "HEAD" })).headers.has("digest")) await Bun.sleep(500);
    for (let index = 0; index < RUNS; index++) {
      costs["curl, a secondary"]?.push(await run(["curl", "-sSf", "-o", "/dev/null", url], workspace));
      costs["curl, nginx"]?.push(await run(["curl", "-sSf", "-o", "/dev/null", other], workspace));
    }
    const seconds = (name: string) => median((costs[name] ?? []).map((cost) => cost.seconds));
    const [secondary] = farm.secondaries;
    const slow = await slowReaders(port, secondary?.pid ?? 0);
    costs[`${READERS} slow readers, the secondary`] = [slow.cost];
    return {
      bench: "http",
      machine,
      rows: rowsOf(costs),
      bounds: [
        {
          what: "curl from a secondary ÷ from nginx",
          value: seconds("curl, a secondary") / seconds("curl, nginx"),
          most: 1 / 0.9,
        },
        { what: `a secondary's memory with ${READERS} slow readers, MB`, value: slow.cost.memory / 1e6, most: 150 },
        { what: "slow readers cut off", value: slow.lost, most: 0 },
      ],
    };
  } finally {
    await nginx.stop();
    await farm.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Their cost to the process that serves them, and how many were cut off. */
async function slowReaders(port: number, pid: number): Promise<{ cost: Cost; lost: number }> {
  const used = cpuOf(pid);
  let lost = 0;
  const readers = Array.from({ length: READERS }, () =>
    slowReader(port, () => {
      lost += 1;
    }),
  );
  let memory = 0;
  const until = performance.now() + READING;
  while (performance.now() < until) {
    await Bun.sleep(100);
    memory = Math.max(memory, memoryOf(pid));
  }
  const cut = lost;
  for (const reader of readers) reader.destroy();
  return { cost: { seconds: READING / 1000, cpu: cpuOf(pid) - used, memory }, lost: cut };
}

/** Takes what one event brings, and then nothing for a while. */
function slowReader(port: number, closed: () => void): Socket {
  const socket = connect(port, "127.0.0.1", () => {
    socket.write("GET /files/film.mkv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  });
  socket.on("data", () => {
    socket.pause();
    setTimeout(() => socket.resume(), PAUSE);
  });
  socket.on("error", () => {});
  socket.on("close", closed);
  return socket;
}
