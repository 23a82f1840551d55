import { accessSync, constants, mkdirSync } from "node:fs";

/** Makes the folder of a server's database and statistics. Throws an Error that says what is wrong with it. */
export function makeDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = SENTENCES[(error as NodeJS.ErrnoException).code ?? ""] ?? (error as Error).message;
    throw new Error(`--data ${path}: ${why}; it takes a folder that can be written to`, { cause: error });
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOENT: "it cannot be made",
};
