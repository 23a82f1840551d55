import fs from "node:fs";
import os from "node:os";
import { dirname, join } from "node:path";
import { checksOf } from "./checks/all-checks.ts";
import type { CrashCheck } from "./checks/crash-check.ts";
import { type Recording, record } from "./scenarios/record.ts";

const MEMORY = "/dev/shm";

/** A recording with what is checked of it, until it is disposed of. */
export class RecordedChecks implements Disposable {
  private constructor(
    /** Where it was recorded. */
    readonly root: string,
    readonly recording: Recording,
    /** A folder for copies. */
    readonly scratch: string,
    readonly all: readonly CrashCheck[],
  ) {}

  static async make(): Promise<RecordedChecks> {
    const root = temporaryFolder(os.tmpdir());
    try {
      const recording = await record(root);
      // In memory where that can be: stores sync what they write, and nothing is to be lost any more.
      const scratch = join(temporaryFolder(fs.existsSync(MEMORY) ? MEMORY : os.tmpdir()), "copies");
      return new RecordedChecks(root, recording, scratch, checksOf(recording, scratch));
    } catch (error) {
      remove(root);
      throw error;
    }
  }

  named(name: string): CrashCheck {
    const check = this.all.find((one) => one.name === name);
    if (!check) throw new Error(`there is no check of ${name}`);
    return check;
  }

  [Symbol.dispose](): void {
    remove(this.root);
    remove(dirname(this.scratch));
  }
}

function temporaryFolder(parent: string): string {
  return fs.realpathSync(fs.mkdtempSync(join(parent, "redes-crash-")));
}

function remove(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}
