import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";

/** How often something happened, by name. */
export type Counts = Record<string, number>;

const counts = v.record(v.string(), v.pipe(v.number(), v.safeInteger(), v.minValue(0)));

/** A statistics file of the old shape of a central. */
const centralFile = v.object({ clientes: counts, videos: counts });

export class CountsFileError extends Error {}

/** The old statistics file of a secondary at `path`; null where there is none. Throws {@link CountsFileError}. */
export function readCounts(path: string): Promise<Counts | null> {
  return read(path, counts);
}

/** The old statistics file of a central at `path`; null where there is none. Throws {@link CountsFileError}. */
export function readCentralCounts(path: string): Promise<{ clientes: Counts; videos: Counts } | null> {
  return read(path, centralFile);
}

/** Writes a statistics file: whole or not at all. */
export async function writeCounts(path: string, value: Counts | { clientes: Counts; videos: Counts }): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`);
  await rename(draft, path);
}

async function read<T extends v.GenericSchema>(path: string, schema: T): Promise<v.InferOutput<T> | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CountsFileError(`cannot read the statistics ${path}: ${(error as Error).message}`);
  }
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new CountsFileError(`${path} holds no statistics of redes: correct it or move it away`);
  }
}
