import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { everything } from "../support/files.ts";
import type { Downloads } from "./clients/downloads.ts";
import type { FolderContents } from "./people/folder-contents.ts";
import type { History } from "./people/history.ts";
import type { Break } from "./world/verdict.ts";
import type { World } from "./world/world.ts";

/** Files of the cluster up to this size in bytes are copied; of larger ones there are the digests. */
const LARGEST_COPY = 1024 * 1024;

/** What a run knows. */
export interface Known {
  readonly world: World;
  readonly history: History;
  readonly contents: FolderContents;
  readonly downloads: Downloads;
}

/** Writes all that can explain a broken invariant into a folder that outlives this run; gives its path. */
export function keepEvidence(known: Known, breaks: readonly Break[], seed: number, logFile: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `redes-chaos-evidence-seed-${seed}-`));
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  write("broken.json", JSON.stringify(breaks, null, 2));
  fs.copyFileSync(logFile, path.join(folder, "chaos.log"));
  const { world, history, contents, downloads } = known;
  for (const { name, pid, out, err } of world.serverRuns) {
    write(`${name.replace(" ", "-")}-${pid}.log`, `${[...err.all, ...out.all].join("\n")}\n`);
  }
  write("history.json", JSON.stringify([...history.records], replaceSets, 2));
  write("receipts.json", JSON.stringify(downloads.receipts, null, 1));
  for (const { number, backing } of world.disks) {
    const lines = everything(backing).map((file) => `${contents.file(backing, file)?.digest} ${file}`);
    write(`disk-${number}.txt`, `${lines.join("\n")}\n`);
    copySmallFiles(backing, path.join(folder, `disk-${number}`));
  }
  for (const { options, name } of world.servers) {
    const data = world.dataDisk(options.number).folder;
    fs.cpSync(data, path.join(folder, `data-${name.replace(" ", "-")}`), { recursive: true });
  }
  return folder;
}

function replaceSets(_key: string, value: unknown): unknown {
  return value instanceof Set ? [...value] : value;
}

function copySmallFiles(from: string, to: string): void {
  for (const file of everything(from)) {
    const found = fs.statSync(path.join(from, file), { throwIfNoEntry: false });
    if (!found || found.size > LARGEST_COPY) continue;
    fs.mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    fs.copyFileSync(path.join(from, file), path.join(to, file));
  }
}
