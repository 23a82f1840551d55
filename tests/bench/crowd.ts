import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Farm } from "./farm.ts";
import { makeShares, warm } from "./files.ts";
import { type Cost, inTurn, run, runForOutput } from "./measure.ts";
import { NginxFarm } from "./nginx.ts";
import { hashedAriaCommand, lftpCommand, type Mirrored, present } from "./rivals.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const MIB = 1024 ** 2;
const NAME = "part.bin";
const SIZE = 32 * MIB;
const FEW = 20;
const MANY = 100;
const ROUNDS = 3;

/** One of many that download at the same time: its command, and which file it makes. */
type Client = (folder: string, number: number) => string[];

/** Many processes download the same file at once, on the machine of its three sources; redes alone also syncs each file. */
export async function benchCrowd(workspace: string, machine: string): Promise<BenchResult> {
  const { folders, pieces } = makeShares(workspace, NAME, SIZE);
  const data = join(workspace, "data");
  const target = join(workspace, "target");
  mkdirSync(data);
  const nginx = await NginxFarm.start(folders, workspace);
  const farm = await Farm.start(folders, data);
  const mirrored: Mirrored = { size: SIZE, pieces, urls: nginx.urls(NAME) };
  const twice = new SentTwice();
  const clients: Readonly<Record<string, Client>> = {
    redes: (folder, number) => [...farm.get(NAME, join(folder, `${number}.bin`)), "--json"],
    aria2c: (folder, number) =>
      hashedAriaCommand({ folder, name: `${number}.bin` }, mirrored, join(workspace, `${number}.meta4`)),
    ...present<Client>("crowd", {
      lftp: {
        program: "lftp",
        contestant: (folder, number) => lftpCommand({ folder, name: `${number}.bin` }, mirrored),
      },
    }),
  };
  const contestants: Record<string, () => Promise<Cost>> = {};
  for (const [name, client] of Object.entries(clients)) {
    for (const count of [FEW, MANY]) {
      contestants[`${count} ${name}`] = async () => {
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target);
        await run(["sync"], workspace);
        warm(folders.map((folder) => join(folder, NAME)));
        return crowd(client, target, count, name === "redes" ? twice : null);
      };
    }
  }
  try {
    const costs = await inTurn(contestants, ROUNDS);
    const rows = rowsOf(costs);
    const of = (name: string) => rows.find((row) => row.name === name) ?? { seconds: Number.NaN, cpu: 0, memory: 0 };
    const [few, many, aria] = [of(`${FEW} redes`), of(`${MANY} redes`), of(`${MANY} aria2c`)];
    return {
      bench: "crowd",
      machine,
      rows,
      bounds: [
        { what: "redes / aria2c with hashes, seconds", value: many.seconds / aria.seconds, most: 1.2 },
        { what: "redes / aria2c with hashes, CPU", value: many.cpu / aria.cpu, most: 1.5 },
        { what: "one client's memory, MB", value: many.memory / 1e6, most: 60 },
        { what: `${MANY} at once / ${FEW} at once, seconds`, value: many.seconds / few.seconds, most: 5.5 },
        { what: "part of the bytes that came twice", value: twice.share, most: 0.01 },
      ],
    };
  } finally {
    await farm.stop();
    await nginx.stop();
  }
}

/** The seconds until the last has ended, the CPU seconds of all, and the memory of the largest. */
async function crowd(client: Client, target: string, count: number, twice: SentTwice | null): Promise<Cost> {
  const commands = Array.from({ length: count }, (_, number) => client(target, number));
  const began = performance.now();
  const all = await Promise.all(commands.map((command) => runForOutput(command, target)));
  const seconds = (performance.now() - began) / 1000;
  for (const { out } of twice === null ? [] : all) twice?.add(out);
  return {
    seconds,
    cpu: all.reduce((sum, { cost }) => sum + cost.cpu, 0),
    memory: Math.max(...all.map(({ cost }) => cost.memory)),
  };
}

/** Adds up what came, and what of it came twice. */
class SentTwice {
  private received = 0;
  private duplicate = 0;

  /** `out`: what a `get --json` wrote. */
  add(out: string): void {
    const { receivedBytes, duplicateBytes } = JSON.parse(out.trim().split("\n").at(-1) ?? "");
    this.received += receivedBytes;
    this.duplicate += duplicateBytes;
  }

  get share(): number {
    return this.duplicate / this.received;
  }
}
