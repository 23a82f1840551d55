import type { Disk } from "../../platform/disk/disk.ts";

/** An open file that several readers share. It is closed once it is retired and its last reader has released it. */
export class SharedDescriptor {
  private readers = 0;
  /** `retired`: no new readers come; it is closed when the last one releases it. */
  private state: "open" | "retired" | "closed" = "open";

  constructor(
    private readonly disk: Pick<Disk, "close">,
    /** For reading only. */
    readonly fd: number,
  ) {}

  get inUse(): boolean {
    return this.readers > 0;
  }

  /** Counts a reader. The result is to be called once that reader reads no more; calling it again does nothing. */
  acquire(): () => void {
    if (this.state === "closed") throw new Error("a closed descriptor cannot be read");
    this.readers += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.readers -= 1;
      this.closeIfUnused();
    };
  }

  /** Closes the file, now or when its last reader releases it. */
  retire(): void {
    if (this.state === "open") this.state = "retired";
    this.closeIfUnused();
  }

  private closeIfUnused(): void {
    if (this.state !== "retired" || this.readers > 0) return;
    this.state = "closed";
    // A read-only descriptor loses nothing when closing it fails.
    this.disk.close(this.fd).catch(() => {});
  }
}
