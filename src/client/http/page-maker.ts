import type { ListedFile } from "../../protocol/messages/client.ts";
import type { FileList } from "./file-list.ts";
import { FilePage } from "./file-page.ts";

/** Most files of a page: of one file that changes, so many are held twice for a moment. */
const MAX_FILES = 512;

/**
 * Makes pages of files that come in the order of their names. They begin where those of the list before began, and a page
 * that is as it was is the same object: of a catalogue of which little changes little is held twice.
 */
export class PageMaker {
  private files: ListedFile[] = [];

  constructor(private readonly before: FileList) {}

  /** The pages that are full. */
  *add(files: readonly ListedFile[]): Generator<FilePage> {
    for (const file of files) {
      if (this.files.length === MAX_FILES || this.before.pageOf(file.name)) yield* this.flush();
      this.files.push(file);
    }
    // Nothing can be as it was: then nobody has to wait for more.
    if (this.before.length === 0) yield* this.flush();
  }

  /** What is left, as the last page. */
  *flush(): Generator<FilePage> {
    const { files } = this;
    if (!files[0]) return;
    this.files = [];
    const page = new FilePage(files);
    const old = this.before.pageOf(files[0].name);
    yield old?.isLike(page) ? old : page;
  }
}
