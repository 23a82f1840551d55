import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { measureAtRest } from "./at-rest.ts";
import { Farm } from "./farm.ts";
import { makeFile } from "./files.ts";
import { Load } from "./load.ts";
import type { SessionsReply, SessionsRequest } from "./load-sessions.ts";
import type { Cost } from "./measure.ts";
import { cpuOf, memoryOf } from "./proc.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const PROCESSES = 2;
const CLIENTS = 2500;
/** Milliseconds of idleness: several times the silence after which either side gives the other one up. */
const IDLE = 20_000;

/**
 * A cluster that has nothing to do; then thousands of clients that want nothing, and are answered all the same when they do:
 * those rows are the central's.
 */
export async function benchIdle(workspace: string, machine: string): Promise<BenchResult> {
  const atRest = await measureAtRest(workspace);
  const folder = join(workspace, "share");
  mkdirSync(folder);
  makeFile(join(folder, "small.bin"), 1000);
  const data = join(workspace, "data");
  mkdirSync(data);
  const farm = await Farm.start([folder], data);
  const { pid } = farm.central;
  const loads: Load<SessionsRequest, SessionsReply>[] = [];
  const phases: Record<string, Cost[]> = {};
  const measured = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const used = cpuOf(pid);
    const result = await work();
    const seconds = (performance.now() - began) / 1000;
    phases[name] = [{ seconds, cpu: cpuOf(pid) - used, memory: memoryOf(pid) }];
    return result;
  };
  try {
    await measured("no client", () => Bun.sleep(1000));
    for (let index = 0; index < PROCESSES; index++) loads.push(Load.start("load-sessions.ts"));
    const { port } = farm;
    const all = (request: SessionsRequest) => Promise.all(loads.map((load) => load.ask(request)));
    await measured("connect", () => all({ kind: "connect", port, clients: CLIENTS }));
    await measured("idle", () => Bun.sleep(IDLE));
    const memory = memoryOf(pid);
    const replies = await measured("list, all at once", () => all({ kind: "list" }));
    const answered = replies.flatMap(({ seconds }) => seconds);
    const lost = replies.reduce((sum, reply) => sum + reply.lost, 0);
    return {
      bench: "idle",
      machine,
      rows: rowsOf({ ...atRest.costs, ...phases }),
      bounds: [
        ...atRest.bounds,
        { what: `central's memory with ${answered.length} idle clients, MB`, value: memory / 1e6, most: 100 },
        { what: "clients lost", value: lost, most: 0 },
        { what: "clients not answered", value: PROCESSES * CLIENTS - answered.length, most: 0 },
        { what: "the last answer, s", value: Math.max(...answered), most: 5 },
      ],
    };
  } finally {
    for (const load of loads) await load.stop();
    await farm.stop();
  }
}
