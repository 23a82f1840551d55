import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Input, inputFromJson, inputToJson } from "./inputs/input.ts";

const FOLDER = join(import.meta.dir, "corpus");

/** An input that has failed once, and its file. */
export interface KeptInput {
  readonly file: string;
  readonly input: Input;
}

/** All inputs that have ever failed: they run before any other. */
export function keptInputs(): KeptInput[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return files.sort().map((file) => ({ file, input: readInput(join(FOLDER, file)) }));
}

export function readInput(path: string): Input {
  return inputFromJson(readFileSync(path, "utf8"));
}

/** Writes an input that has failed to a folder; gives the path of its file. */
export function saveInput(folder: string, name: string, input: Input): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  writeFileSync(path, inputToJson(input));
  return path;
}
