import { fail } from "../errors.ts";
import type { OpenFile } from "../machine/open-file.ts";

/** The number of the first descriptor that is a file's: those before are of the terminal and the runtime. */
const FIRST = 10;

/** The descriptors of a process, which all its threads share. The lowest free number is given to the next file. */
export class Descriptors {
  private readonly files: (OpenFile | null)[] = [];
  /** Those that are open. */
  count = 0;

  add(file: OpenFile): number {
    const free = this.count === this.files.length ? this.files.length : this.files.indexOf(null);
    this.files[free] = file;
    this.count += 1;
    return FIRST + free;
  }

  get(fd: number): OpenFile {
    return this.files[fd - FIRST] ?? fail("EBADF");
  }

  close(fd: number): void {
    const file = this.get(fd);
    this.files[fd - FIRST] = null;
    this.count -= 1;
    file.close();
  }

  closeAll(): void {
    for (const file of this.files.splice(0)) file?.close();
    this.count = 0;
  }

  get paths(): string[] {
    return this.files.flatMap((file) => file?.path ?? []);
  }
}
