import { type DiskAction, toDiskError } from "../../../../../src/platform/disk/disk-errors.ts";
import { fail, SystemError } from "../errors.ts";
import type { Actor } from "../machine/actor.ts";
import type { MachineDisk } from "../machine/machine-disk.ts";
import type { OpenFile } from "../machine/open-file.ts";
import { Descriptors } from "./descriptors.ts";

/** In whose name the calls of a process are made, and how they fail. */
export class CallContext {
  readonly descriptors = new Descriptors();

  constructor(
    readonly machine: MachineDisk,
    private readonly actor: Actor,
  ) {}

  isAtLimit(): boolean {
    const { faults } = this.machine;
    if (this.descriptors.count < faults.descriptorLimit) return false;
    faults.count("descriptor limit");
    return true;
  }

  checkLimit(): void {
    if (this.descriptors.count >= this.machine.faults.descriptorLimit) fail("EMFILE");
  }

  /** Throws what comes of writing to a file while its disk has a fault. */
  checkWrites(subject: string | OpenFile): void {
    if (this.machine.faults.fails("write", () => (typeof subject === "string" ? subject : subject.path))) fail("EIO");
  }

  /** Does something in the name of the process. What the system refuses becomes a {@link DiskError}. */
  call<T>(action: DiskAction, subject: string | number, work: () => T): T {
    const { machine } = this;
    const { acting } = machine;
    machine.acting = this.actor;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const path = typeof subject === "string" ? subject : this.pathOf(subject);
      machine.refused(path, error.code);
      throw toDiskError(action, path, error);
    } finally {
      machine.acting = acting;
    }
  }

  private pathOf(fd: number): string {
    try {
      return this.descriptors.get(fd).path;
    } catch {
      return `descriptor ${fd}`;
    }
  }
}
