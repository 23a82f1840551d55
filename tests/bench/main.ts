import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { benchCatalogue } from "./catalogue.ts";
import { spawnChild } from "./children.ts";
import { benchClients } from "./clients.ts";
import { benchCrowd } from "./crowd.ts";
import { benchDownload, benchMemory } from "./download.ts";
import { benchFairness } from "./fairness.ts";
import { benchHttp } from "./http.ts";
import { benchIdle } from "./idle.ts";
import { benchKeys } from "./keys.ts";
import { benchLatency } from "./latency.ts";
import { benchLinks } from "./links.ts";
import { benchLoop } from "./loop.ts";
import { benchMany } from "./many.ts";
import { benchMetalink } from "./metalink.ts";
import { benchOutage } from "./outage.ts";
import { benchPage } from "./page.ts";
import { benchServe } from "./serve.ts";
import { benchSingle } from "./single.ts";
import { benchSmall } from "./small.ts";
import { benchStart } from "./start.ts";
import { benchStdout } from "./stdout.ts";
import { benchSwarm } from "./swarm.ts";
import { type BenchResult, show } from "./table.ts";
import { benchWriters } from "./writers.ts";

/** `npm run bench [-- NAME...]`: measures redes and other programs, in turn, in one run. Writes dist/bench.json. */

interface Bench {
  readonly needs: readonly string[];
  run(workspace: string, machine: string): Promise<BenchResult>;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  download: { needs: ["aria2c", "nginx", "curl"], run: benchDownload },
  memory: { needs: ["aria2c", "nginx", "curl"], run: benchMemory },
  start: { needs: [], run: benchStart },
  single: { needs: ["aria2c", "nginx"], run: benchSingle },
  crowd: { needs: ["aria2c", "nginx"], run: benchCrowd },
  clients: { needs: [], run: benchClients },
  idle: { needs: [], run: benchIdle },
  catalogue: { needs: [], run: benchCatalogue },
  keys: { needs: [], run: benchKeys },
  links: { needs: ["ip", "tc"], run: benchLinks },
  swarm: { needs: ["ip", "tc"], run: benchSwarm },
  fairness: { needs: ["ip", "tc", "ss"], run: benchFairness },
  loop: { needs: ["strace"], run: benchLoop },
  stdout: { needs: ["ss", "mkfifo"], run: benchStdout },
  latency: { needs: ["nginx", "curl"], run: benchLatency },
  serve: { needs: ["curl"], run: benchServe },
  outage: { needs: ["cmp"], run: benchOutage },
  many: { needs: [], run: benchMany },
  small: { needs: ["rsync"], run: benchSmall },
  http: { needs: ["nginx", "curl"], run: benchHttp },
  metalink: { needs: ["aria2c"], run: benchMetalink },
  page: { needs: ["chromium"], run: benchPage },
  writers: { needs: [], run: benchWriters },
};

const RESULTS = "dist/bench.json";
const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 1e9)} GB`;
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHES[name]);
if (unknown) {
  process.stderr.write(`there is no benchmark ${unknown}: there are ${Object.keys(BENCHES).join(", ")}\n`);
  process.exit(2);
}
/** Null when something that it needs is missing. */
async function runHere(name: string, bench: Bench): Promise<BenchResult | null> {
  const missing = bench.needs.filter((program) => !Bun.which(program));
  if (missing.length > 0) {
    const packages = "Debian's packages: aria2 lftp nginx curl rsync iproute2 strace chromium";
    process.stderr.write(`${name}: left out, for want of ${missing.join(", ")} (${packages})\n`);
    return null;
  }
  const workspace = mkdtempSync(join(process.env.REDES_BENCH_DIR ?? tmpdir(), "redes-bench-"));
  // Also where it is ended by a signal.
  process.on("exit", () => rmSync(workspace, { recursive: true, force: true }));
  const result = await bench.run(workspace, machine);
  process.stdout.write(`${show(result)}\n\n`);
  return result;
}

/** In a process of its own: what a child had of memory at most begins with what its parent had. */
async function runApart(name: string): Promise<BenchResult[]> {
  rmSync(RESULTS, { force: true });
  const child = spawnChild([process.execPath, Bun.main, name], { stdio: ["ignore", "inherit", "inherit"] });
  if ((await child.exited) > 1 || !existsSync(RESULTS)) throw new Error(`the benchmark ${name} broke`);
  return JSON.parse(readFileSync(RESULTS, "utf8"));
}

const names = Object.keys(BENCHES).filter((name) => wanted.length === 0 || wanted.includes(name));
const results: BenchResult[] = [];
for (const name of names) {
  const bench = BENCHES[name];
  if (bench && names.length === 1) {
    const result = await runHere(name, bench);
    if (result) results.push(result);
  } else results.push(...(await runApart(name)));
}
mkdirSync(dirname(RESULTS), { recursive: true });
writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
const missed = results.flatMap(({ bounds }) => bounds).filter(({ value, most }) => value > most);
process.exit(missed.length > 0 ? 1 : 0);
