import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { Farm } from "./farm.ts";
import type { Cost } from "./measure.ts";
import { cpuOf, memoryOf, sleepsOf } from "./proc.ts";
import type { Bound } from "./table.ts";

const SECONDARIES = 3;
/** Milliseconds until what a start has begun is over, and those that are measured after that. */
const [SETTLE_MS, MEASURED_MS] = [10_000, 10_000];

/** What one process costs that has nothing to do. */
interface AtRest {
  /** How often a thread of it is woken in a second. */
  readonly wakeUps: number;
  readonly cost: Cost;
}

/** A small cluster without a file, and a client's console in a terminal: what each process costs that has nothing to do. */
export async function measureAtRest(
  workspace: string,
): Promise<{ readonly costs: Record<string, Cost[]>; readonly bounds: readonly Bound[] }> {
  const folders = Array.from({ length: SECONDARIES }, (_, index) => join(workspace, `empty${index + 1}`));
  const data = join(workspace, "at-rest");
  for (const folder of [...folders, data]) mkdirSync(folder);
  const farm = await Farm.start(folders, data);
  const console = spawnChild(farm.client(), { cwd: data, terminal: { cols: 80, rows: 24, data() {} } });
  try {
    await Bun.sleep(SETTLE_MS);
    const pids = { central: [farm.central.pid], secondary: farm.secondaries.map(({ pid }) => pid) };
    const [central, secondary, client] = await Promise.all(
      [pids.central, pids.secondary, [console.pid]].map((some) => Promise.all(some.map(rest))),
    );
    const worst = (of: AtRest[] = [], value: (one: AtRest) => number) => Math.max(...of.map(value));
    const wakeUps = (of: AtRest[] | undefined) => worst(of, (one) => one.wakeUps);
    const megabytes = (of: AtRest[] | undefined) => worst(of, ({ cost }) => cost.memory / 1e6);
    return {
      costs: {
        "a central at rest": costsOf(central),
        "a secondary at rest": costsOf(secondary),
        "a client's console at rest": costsOf(client),
      },
      bounds: [
        { what: `wake-ups a second of a central with ${SECONDARIES} secondaries`, value: wakeUps(central), most: 2 },
        { what: "wake-ups a second of a secondary", value: wakeUps(secondary), most: 2 },
        { what: "memory of a central at rest, MB", value: megabytes(central), most: 40 },
        { what: "memory of a secondary at rest, MB", value: megabytes(secondary), most: 45 },
        { what: "memory of a client's console at rest, MB", value: megabytes(client), most: 60 },
      ],
    };
  } finally {
    console.kill("SIGKILL");
    await console.exited;
    await farm.stop();
  }
}

async function rest(pid: number): Promise<AtRest> {
  const [began, slept, used] = [performance.now(), sleepsOf(pid), cpuOf(pid)];
  await Bun.sleep(MEASURED_MS);
  const seconds = (performance.now() - began) / 1000;
  const wakeUps = (sleepsOf(pid) - slept) / seconds;
  return { wakeUps, cost: { seconds, cpu: cpuOf(pid) - used, memory: memoryOf(pid) } };
}

function costsOf(of: readonly AtRest[] = []): Cost[] {
  return of.map(({ cost }) => cost);
}
