import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CentralSession } from "../../src/client/central-session.ts";
import type { Address } from "../../src/net/address/address.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { systemRandom } from "../../src/platform/random.ts";
import type { HeldFile } from "../../src/protocol/messages/secondary.ts";
import { Farm, getCommand, inStep, startCentral } from "./farm.ts";
import { makeShares, memoryFolder } from "./files.ts";
import { Load } from "./load.ts";
import type { QuestionsReply, QuestionsRequest } from "./load-questions.ts";
import { type Cost, percentile, run } from "./measure.ts";
import { cpuOf, memoryOf, peakMemoryOf } from "./proc.ts";
import { scriptedFile, scriptedName, scriptSecondaries } from "./scripted-secondaries.ts";
import { type BenchResult, type Bound, rowsOf } from "./table.ts";

const FILES = 200_000;
const NAME = "big.bin";
const SIZE = 256 * 1024 * 1024;
const DOWNLOADS = 10;
const QUESTIONS = 1000;

/** Questions to a central with a large catalogue, alone and while downloads use the whole machine. The rows are its. */
export async function benchCatalogue(workspace: string, machine: string): Promise<BenchResult> {
  const { folders } = makeShares(workspace, NAME, SIZE);
  const [data, largeData] = [join(workspace, "data"), join(workspace, "large")];
  for (const folder of [data, largeData]) mkdirSync(folder);
  const farm = await Farm.start(folders, data);
  const { port, central } = await startCentral(folders.length, largeData);
  const asker: Load<QuestionsRequest, QuestionsReply> = Load.start("load-questions.ts");
  const phases: Record<string, Cost[]> = {};
  const measured = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const used = cpuOf(central.pid);
    const result = await work();
    const seconds = (performance.now() - began) / 1000;
    phases[name] = [{ seconds, cpu: cpuOf(central.pid) - used, memory: memoryOf(central.pid) }];
    return result;
  };
  const { places, real } = await look(farm.port);
  const stopSecondaries = scriptSecondaries({ host: "127.0.0.1", port }, places, FILES, real);
  let downloading = true;
  let downloads: Promise<number[]> = Promise.resolve([]);
  try {
    await measured(`announce ${FILES} files, three times`, () => inStep(central));
    await asker.ask({ kind: "connect", port });
    const names = Array.from({ length: QUESTIONS }, (_, index) => scriptedName((index * 7919) % FILES));
    const alone = await measured("questions, nothing else", () => asker.ask({ kind: "names", names }));
    const whole = await measured("the whole list", () => asker.ask({ kind: "whole" }));
    downloads = Promise.all(
      Array.from({ length: DOWNLOADS }, async (_, index) => {
        const output = join(memoryFolder(workspace, DOWNLOADS * SIZE), `redes-bench-${index}.out`);
        let count = 0;
        try {
          for (; downloading; count++) await run(getCommand(NAME, output, port), workspace);
        } finally {
          rmSync(output, { force: true });
        }
        return count;
      }),
    );
    const busy = await measured(`questions, ${DOWNLOADS} downloads`, () => asker.ask({ kind: "names", names }));
    const busyWhole = await measured(`the whole list, ${DOWNLOADS} downloads`, () => asker.ask({ kind: "whole" }));
    downloading = false;
    const done = (await downloads).reduce((sum, count) => sum + count, 0);
    process.stderr.write(`${done} downloads; the central's memory ${Math.round(peakMemoryOf(central.pid) / 1e6)} MB\n`);
    return {
      bench: "catalogue",
      machine,
      rows: rowsOf(phases),
      bounds: [
        ...answers("alone", alone),
        ...answers(`${DOWNLOADS} downloads`, busy),
        { what: "files missing in the whole list", value: FILES + real.length - whole.files, most: 0 },
        { what: "the whole list, its first page, ms", value: whole.list[0] ?? Number.NaN, most: 50 },
        {
          what: `the whole list, ${DOWNLOADS} downloads, a page at the 99th percentile, ms`,
          value: percentile(busyWhole.list, 99),
          most: 50,
        },
      ],
    };
  } finally {
    downloading = false;
    await downloads.catch(() => {});
    stopSecondaries();
    await asker.stop();
    await central.stop();
    await farm.stop();
  }
}

/** Where the secondaries of a central serve pieces, and what they hold. */
async function look(port: number): Promise<{ places: Address[]; real: HeldFile[] }> {
  const deps = { clock: systemClock, random: systemRandom, network: tcpNetwork(systemClock), log: silentLog };
  const session = new CentralSession(deps, { host: "127.0.0.1", port }, "bench", () => {});
  session.start();
  try {
    await session.untilConnected();
    const { state } = await session.status();
    const places = state.secondaries.map(({ address }) => {
      return { host: "127.0.0.1", port: Number(address.split(":").at(-1)) };
    });
    const files = await session.list();
    const real = files.map(({ name, id, size }) => scriptedFile(name, id, size));
    return { places, real };
  } finally {
    session.stop();
  }
}

function answers(when: string, { list, get }: QuestionsReply): Bound[] {
  return [
    { what: `list, ${when}, 99th percentile, ms`, value: percentile(list, 99), most: 50 },
    { what: `get, ${when}, 99th percentile, ms`, value: percentile(get, 99), most: 50 },
  ];
}
