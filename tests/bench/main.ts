import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { benchCatalogue } from "./catalogue.ts";
import { benchClients } from "./clients.ts";
import { benchDownload } from "./download.ts";
import { benchIdle } from "./idle.ts";
import { benchLatency } from "./latency.ts";
import { benchLinks } from "./links.ts";
import { benchLoop } from "./loop.ts";
import { benchOutage } from "./outage.ts";
import { benchSmall } from "./small.ts";
import { benchStdout } from "./stdout.ts";
import { benchSwarm } from "./swarm.ts";
import { type BenchResult, show } from "./table.ts";

/** `npm run bench [-- NAME...]`: measures redes beside its rivals, in turn, in one run. Writes dist/bench.json. */

interface Bench {
  readonly needs: readonly string[];
  run(workspace: string, machine: string): Promise<BenchResult>;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  download: { needs: ["aria2c", "nginx", "curl"], run: benchDownload },
  clients: { needs: [], run: benchClients },
  idle: { needs: [], run: benchIdle },
  catalogue: { needs: [], run: benchCatalogue },
  links: { needs: ["ip", "tc"], run: benchLinks },
  swarm: { needs: ["ip", "tc"], run: benchSwarm },
  loop: { needs: ["strace"], run: benchLoop },
  stdout: { needs: ["ss", "mkfifo"], run: benchStdout },
  latency: { needs: ["nginx", "curl"], run: benchLatency },
  outage: { needs: ["cmp"], run: benchOutage },
  small: { needs: ["rsync"], run: benchSmall },
};

const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 1e9)} GB`;
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHES[name]);
if (unknown) {
  process.stderr.write(`there is no benchmark ${unknown}: there are ${Object.keys(BENCHES).join(", ")}\n`);
  process.exit(2);
}
const results: BenchResult[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const missing = bench.needs.filter((program) => !Bun.which(program));
  if (missing.length > 0) {
    process.stderr.write(
      `${name}: left out, for want of ${missing.join(", ")} (Debian's packages: aria2 nginx curl rsync iproute2 strace)\n`,
    );
    continue;
  }
  const workspace = mkdtempSync(join(process.env.REDES_BENCH_DIR ?? tmpdir(), "redes-bench-"));
  try {
    const result = await bench.run(workspace, machine);
    results.push(result);
    process.stdout.write(`${show(result)}\n\n`);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
mkdirSync("dist", { recursive: true });
writeFileSync("dist/bench.json", `${JSON.stringify(results, null, 2)}\n`);
const missed = results.flatMap(({ bounds }) => bounds).filter(({ value, most }) => value > most);
process.exit(missed.length > 0 ? 1 : 0);
