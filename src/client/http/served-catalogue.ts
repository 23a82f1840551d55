import type { FindReply, VersionsPage } from "../../http/client/backend.ts";
import type { CatalogueRefusal } from "../../http/client/refusal.ts";
import type { ServedVersion } from "../../http/files/file-headers.ts";
import { mediaType } from "../../http/files/media-type.ts";
import { folderPage } from "../../http/listing/folder-page.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import type { CentralSession } from "../central-session.ts";
import { ComingList, type FilesFrom } from "./coming-list.ts";
import { FileList } from "./file-list.ts";
import type { FileOfPage } from "./file-page.ts";
import { orUnavailable } from "./or-unavailable.ts";

/** Milliseconds for which a list counts as that of now: programs that look through folders ask many times a second. */
const MAX_AGE_MS = 1000;
/** A list is asked for again after so many times as it took: to list a very long catalogue must not become all that is done. */
const REST_FACTOR = 10;
/**
 * The same for the next page of a folder: to ask anew for each page would have a large catalogue listed again and again while one listing
 * is sent.
 */
const MAX_AGE_OF_NEXT_PAGE_MS = 60_000;
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
  private known = new FileList();
  private listedAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds that the last list took. */
  private tookMs = 0;
  private coming: { readonly list: ComingList; readonly known: Promise<void> } | null = null;
  private readonly order = new Intl.Collator("en", { numeric: true });

  constructor(
    private readonly clock: Clock,
    private readonly session: Pick<CentralSession, "pages">,
  ) {}

  /** The last list; another object after each list. */
  get files(): FileList {
    return this.known;
  }

  /** Milliseconds since the last list; infinite while there was none. */
  get age(): number {
    return this.clock.now() - this.listedAt;
  }

  /** Whether it is time for another list. */
  get isRested(): boolean {
    return this.age > Math.max(MAX_AGE_MS, REST_FACTOR * this.tookMs);
  }

  /** The files of the last list that come after a name; null: all. */
  *after(name: string | null): Generator<FileOfPage> {
    for (const file of this.known.from(name ?? "")) if (file.name !== name) yield file;
  }

  /** Asks for a list of now. All who ask while one comes get that one. Rejects as {@link CentralSession.list} does. */
  refresh(): Promise<void> {
    return this.comingList().known;
  }

  async find(name: string): Promise<FindReply> {
    return this.withFiles((from) => {
      const file = first(from(name));
      if (file?.name === name) return { kind: "found", version: versionOf(file) };
      return first(from(`${name}/`))?.name.startsWith(`${name}/`) ? { kind: "folder" } : { kind: "missing" };
    });
  }

  /** A page of a large catalogue does not wait for all that comes behind it. */
  async folder(folder: string, start: string): Promise<VersionsPage | CatalogueRefusal> {
    return this.withFiles(
      (from) => {
        const { entries, next } = folderPage(from, folder, start, PAGE_ENTRIES);
        if (folder !== "" && start === "" && entries.length === 0) return { kind: "missing" };
        const shown = entries.map((entry) =>
          entry.kind === "folder" ? entry : { ...entry, file: versionOf(entry.file) },
        );
        return { kind: "page", entries: shown, next };
      },
      start === "" ? MAX_AGE_MS : MAX_AGE_OF_NEXT_PAGE_MS,
    );
  }

  async playlist(folder: string): Promise<PlayableFiles | CatalogueRefusal> {
    return orUnavailable(async () => {
      if (this.age > MAX_AGE_MS) await this.refresh();
      const files: Pick<ListedFile, "name" | "id">[] = [];
      for (const { name, id } of this.known.from(folder)) {
        if (!name.startsWith(folder) || files.length === MAX_PLAYLIST) break;
        if (PLAYABLE.test(mediaType(name))) files.push({ name, id });
      }
      files.sort((one, other) => this.order.compare(one.name, other.name));
      return files.length === 0 ? { kind: "missing" } : { kind: "playable", files };
    });
  }

  /** Of the list that comes now; else of the last one, where it is not older than that. */
  private withFiles<Reply>(
    reply: (from: FilesFrom) => Reply | CatalogueRefusal,
    maxAgeMs = MAX_AGE_MS,
  ): Promise<Reply | CatalogueRefusal> {
    return orUnavailable(async () => {
      if (this.coming === null && this.age <= maxAgeMs) return reply((name) => this.known.from(name));
      return this.comingList().list.ask(reply);
    });
  }

  private comingList(): { readonly list: ComingList; readonly known: Promise<void> } {
    if (this.coming) return this.coming;
    const began = this.clock.now();
    const list = new ComingList(this.session.pages(), this.known);
    const known = this.list(list, began);
    // Who waits for a part of it only is told of a failure by the list.
    known.catch(() => {});
    this.coming = { list, known };
    return this.coming;
  }

  private async list(list: ComingList, began: number): Promise<void> {
    try {
      await list.whole;
      this.known = list.files;
      this.listedAt = this.clock.now();
      this.tookMs = this.listedAt - began;
    } finally {
      this.coming = null;
    }
  }
}

function first(files: Iterable<ListedFile>): ListedFile | undefined {
  for (const file of files) return file;
  return undefined;
}

function versionOf({ name, id, size, modified, sha256 }: ListedFile): ServedVersion {
  return { name, id, size, modified, sha256 };
}
