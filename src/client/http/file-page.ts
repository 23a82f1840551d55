import { isDeepStrictEqual } from "node:util";
import type { ListedFile } from "../../protocol/messages/client.ts";
import { HashColumn, OptionalHashColumn } from "./hash-column.ts";

/** A page of the catalogue as the central has sent it, in few objects: a quarter of what an object for each file would take. */
export class FilePage {
  /** In their order. */
  readonly names: readonly string[];
  readonly sizes: Float64Array;
  readonly modified: Float64Array;
  readonly sources: Float64Array;
  readonly ids: HashColumn;
  readonly blake3: OptionalHashColumn;
  readonly sha256: OptionalHashColumn;

  constructor(files: readonly ListedFile[]) {
    this.names = files.map(({ name }) => name);
    this.sizes = Float64Array.from(files, ({ size }) => size);
    this.modified = Float64Array.from(files, ({ modified }) => modified);
    this.sources = Float64Array.from(files, ({ sources }) => sources);
    this.ids = new HashColumn(files.map(({ id }) => id));
    this.blake3 = new OptionalHashColumn(files.map(({ blake3 }) => blake3));
    this.sha256 = new OptionalHashColumn(files.map(({ sha256 }) => sha256));
  }

  /** Whether it says the same of the same files. */
  isLike({ names, sizes, modified, sources, ids, blake3, sha256 }: FilePage): boolean {
    const columns = [this.names, this.sizes, this.modified, this.sources];
    if (!isDeepStrictEqual(columns, [names, sizes, modified, sources])) return false;
    return this.ids.isLike(ids) && this.blake3.isLike(blake3) && this.sha256.isLike(sha256);
  }
}

/** A file of a page. What is not asked for is not made. */
export class FileOfPage implements ListedFile {
  constructor(
    private readonly page: FilePage,
    private readonly index: number,
  ) {}

  get name(): string {
    return this.page.names[this.index] ?? "";
  }

  get size(): number {
    return this.page.sizes[this.index] ?? 0;
  }

  get modified(): number {
    return this.page.modified[this.index] ?? 0;
  }

  get sources(): number {
    return this.page.sources[this.index] ?? 0;
  }

  get id(): string {
    return this.page.ids.at(this.index);
  }

  get blake3(): string | null {
    return this.page.blake3.at(this.index);
  }

  get sha256(): string | null {
    return this.page.sha256.at(this.index);
  }

  /** Whether it is the same version as another file is, and as many hold it. */
  isLike(other: FileOfPage): boolean {
    return this.sources === other.sources && this.page.ids.isSame(this.index, other.page.ids, other.index);
  }
}
