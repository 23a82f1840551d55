import type { FindReply, FolderReply, Refusal } from "../../http/client/backend.ts";
import type { ServedVersion } from "../../http/files/file-headers.ts";
import { mediaType } from "../../http/files/media-type.ts";
import { folderPage } from "../../http/listing/folder-page.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import type { CentralSession } from "../central-session.ts";

/** Milliseconds for which a list counts as that of now: programs that look through folders ask many times a second. */
const MAX_AGE_MS = 1000;
/** Entries in a page of a folder. */
const PAGE_ENTRIES = 500;
/** Most files in a playlist: no player shows more. */
const MAX_PLAYLIST = 10_000;
const PLAYABLE = /^(?:video|audio)\//;

/** What can be played, in the order in which it is to be. */
export interface PlayableFiles {
  readonly kind: "playable";
  readonly files: readonly Pick<ListedFile, "name" | "id">[];
}

/** The catalogue of the central for HTTP: asked for when somebody wants it, and not again for a moment. */
export class ServedCatalogue {
  /** In the order of their names. */
  private files: readonly ListedFile[] = [];
  private listedAt = Number.NEGATIVE_INFINITY;
  private listing: Promise<void> | null = null;
  private readonly order = new Intl.Collator("en", { numeric: true });

  constructor(
    private readonly clock: Clock,
    private readonly session: Pick<CentralSession, "list">,
  ) {}

  async find(name: string): Promise<FindReply> {
    return this.withFiles(() => {
      const at = this.firstFrom(name);
      const file = this.files[at];
      if (file?.name === name) return { kind: "found", version: versionOf(file) };
      return this.files[this.firstFrom(`${name}/`)]?.name.startsWith(`${name}/`)
        ? { kind: "folder" }
        : { kind: "missing" };
    });
  }

  async folder(folder: string, start: string): Promise<FolderReply | Refusal> {
    return this.withFiles(() => {
      const page = folderPage((name) => this.from(name), folder, start, PAGE_ENTRIES);
      if (folder !== "" && start === "" && page.entries.length === 0) return { kind: "missing" };
      return { kind: "page", ...page };
    });
  }

  async playlist(folder: string): Promise<PlayableFiles | Refusal> {
    return this.withFiles(() => {
      const files: Pick<ListedFile, "name" | "id">[] = [];
      for (const { name, id } of this.from(folder)) {
        if (!name.startsWith(folder) || files.length === MAX_PLAYLIST) break;
        if (PLAYABLE.test(mediaType(name))) files.push({ name, id });
      }
      files.sort((one, other) => this.order.compare(one.name, other.name));
      return files.length === 0 ? { kind: "missing" } : { kind: "playable", files };
    });
  }

  private async withFiles<Reply>(reply: () => Reply | Refusal): Promise<Reply | Refusal> {
    try {
      if (this.clock.now() - this.listedAt > MAX_AGE_MS) await this.refresh();
      return reply();
    } catch (error) {
      return { kind: "unavailable", reason: (error as Error).message };
    }
  }

  /** All who ask while a list comes get that one. */
  private refresh(): Promise<void> {
    this.listing ??= this.list().finally(() => {
      this.listing = null;
    });
    return this.listing;
  }

  private async list(): Promise<void> {
    const files = await this.session.list();
    this.files = files.sort((left, right) => (left.name < right.name ? -1 : 1));
    this.listedAt = this.clock.now();
  }

  private *from(name: string): Generator<ServedVersion> {
    for (let at = this.firstFrom(name); at < this.files.length; at++) {
      const file = this.files[at];
      if (file) yield versionOf(file);
    }
  }

  /** The place of the first file whose name is this one or comes after it. */
  private firstFrom(name: string): number {
    let [low, high] = [0, this.files.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.files[middle]?.name ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function versionOf({ name, id, size, modified, sha256 }: ListedFile): ServedVersion {
  return { name, id, size, modified, sha256 };
}
