import type { ListedFile } from "../../protocol/messages/client.ts";
import { FileList } from "./file-list.ts";
import { PageMaker } from "./page-maker.ts";

/** Gives the files from a name on, in the order of their names. */
export type FilesFrom = (name: string) => Iterable<ListedFile>;

/** A list of the catalogue while it comes, in the order of names: of what comes first there is an answer long before the end. */
export class ComingList {
  readonly files = new FileList();
  /** Resolves when the list is whole. Rejects when it does not come. */
  readonly whole: Promise<void>;
  private state: { readonly kind: "coming" | "whole" } | { readonly kind: "failed"; readonly error: unknown } = {
    kind: "coming",
  };
  private waiting: (() => void)[] = [];

  /** `before`: the list before this one. */
  constructor(pages: AsyncIterable<readonly ListedFile[]>, before: FileList) {
    this.whole = this.read(pages, new PageMaker(before));
  }

  /**
   * What `answer` makes of the files, as soon as it needs none that is still to come; until then it is called again when there
   * are more. Rejects as `whole` does.
   */
  async ask<Answer>(answer: (from: FilesFrom) => Answer): Promise<Answer> {
    for (;;) {
      const sought: string[] = [];
      const made = answer((name) => this.from(name, () => sought.push(name)));
      const [needed] = sought;
      if (this.state.kind === "whole" || needed === undefined) return made;
      await this.untilBehind(needed);
    }
  }

  private *from(name: string, ended: () => void): Generator<ListedFile> {
    yield* this.files.from(name);
    ended();
  }

  /** Waits for the next files, and until there is one from a name on. */
  private async untilBehind(name: string): Promise<void> {
    do {
      if (this.state.kind === "failed") throw this.state.error;
      if (this.state.kind === "whole") return;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } while (this.files.from(name).next().done);
  }

  private async read(pages: AsyncIterable<readonly ListedFile[]>, maker: PageMaker): Promise<void> {
    try {
      for await (const page of pages) {
        for (const made of maker.add(page)) this.files.add(made);
        this.wake();
      }
      for (const last of maker.flush()) this.files.add(last);
      this.state = { kind: "whole" };
    } catch (error) {
      this.state = { kind: "failed", error };
      throw error;
    } finally {
      this.wake();
    }
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
