import { open } from "node:fs/promises";
import type { Destination } from "../../client/downloads/destination.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import type { DemoFile } from "./files.ts";

/** Milliseconds that a download takes at least which people are to see: some steps of its progress, before and after the kill. */
const PACED_MS = 12_000;

/** A file that takes bytes no faster than people can see it grow. */
export interface PacedFile {
  readonly destination: Destination;
  /** Bytes that it has taken. */
  readonly taken: () => number;
  close(): Promise<void>;
}

/** What a player would be that reads the file while it comes: nothing is fetched much further ahead. */
export async function openPacedFile(path: string, { size }: DemoFile): Promise<PacedFile> {
  const file = await open(path, "w");
  let began: number | null = null;
  let taken = 0;
  const output = async (bytes: Uint8Array) => {
    began ??= systemClock.now();
    await file.writeFile(bytes);
    taken += bytes.length;
    await delay(systemClock, Math.max(0, began + (taken / size) * PACED_MS - systemClock.now()));
  };
  return { destination: { kind: "pipe", output }, taken: () => taken, close: () => file.close() };
}
