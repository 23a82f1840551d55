import { afterEach } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const made: string[] = [];

// Deleting thousands of files can take longer than the five seconds that a hook has by default.
afterEach(() => {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A new empty folder, by its real path, that is removed after the test. */
export function temporaryFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "redes-test-")));
  made.push(folder);
  return folder;
}
