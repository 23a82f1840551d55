import type { FindReply, FolderReply } from "../../http/client/backend.ts";
import type { Refusal } from "../../http/client/refusal.ts";
import type { ServedVersion } from "../../http/files/file-headers.ts";
import { mediaType } from "../../http/files/media-type.ts";
import { folderPage } from "../../http/listing/folder-page.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import type { CentralSession } from "../central-session.ts";

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
  private known: readonly ListedFile[] = [];
  private knownBytes = 0;
  private listedAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds that the last list took. */
  private tookMs = 0;
  private listing: Promise<void> | null = null;
  private readonly order = new Intl.Collator("en", { numeric: true });

  constructor(
    private readonly clock: Clock,
    private readonly session: Pick<CentralSession, "list">,
  ) {}

  /** The last list, in the order of names; another array after each list. */
  get files(): readonly ListedFile[] {
    return this.known;
  }

  /** The sizes of all files together. */
  get bytes(): number {
    return this.knownBytes;
  }

  /** Milliseconds since the last list; infinite while there was none. */
  get age(): number {
    return this.clock.now() - this.listedAt;
  }

  /** Whether it is time for another list. */
  get isRested(): boolean {
    return this.age > Math.max(MAX_AGE_MS, REST_FACTOR * this.tookMs);
  }

  /** The file of a name in the last list. */
  get(name: string): ListedFile | null {
    const file = this.known[this.firstFrom(name)];
    return file?.name === name ? file : null;
  }

  /** The files of the last list that come after a name; null: all. */
  *after(name: string | null): Generator<ListedFile> {
    const { known } = this;
    for (let at = name === null ? 0 : this.firstFrom(name); at < known.length; at++) {
      const file = known[at];
      if (file && file.name !== name) yield file;
    }
  }

  /** Asks for a list of now. All who ask while one comes get that one. Rejects as {@link CentralSession.list} does. */
  refresh(): Promise<void> {
    this.listing ??= this.list().finally(() => {
      this.listing = null;
    });
    return this.listing;
  }

  async find(name: string): Promise<FindReply> {
    return this.withFiles(() => {
      const file = this.get(name);
      if (file) return { kind: "found", version: versionOf(file) };
      return this.known[this.firstFrom(`${name}/`)]?.name.startsWith(`${name}/`)
        ? { kind: "folder" }
        : { kind: "missing" };
    });
  }

  async folder(folder: string, start: string): Promise<FolderReply | Refusal> {
    return this.withFiles(
      () => {
        const page = folderPage((name) => this.from(name), folder, start, PAGE_ENTRIES);
        if (folder !== "" && start === "" && page.entries.length === 0) return { kind: "missing" };
        return { kind: "page", ...page };
      },
      start === "" ? MAX_AGE_MS : MAX_AGE_OF_NEXT_PAGE_MS,
    );
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

  private async withFiles<Reply>(reply: () => Reply | Refusal, maxAgeMs = MAX_AGE_MS): Promise<Reply | Refusal> {
    try {
      if (this.age > maxAgeMs) await this.refresh();
      return reply();
    } catch (error) {
      return { kind: "unavailable", reason: (error as Error).message };
    }
  }

  private async list(): Promise<void> {
    const began = this.clock.now();
    const files = await this.session.list();
    this.known = files.sort((left, right) => (left.name < right.name ? -1 : 1));
    this.knownBytes = files.reduce((sum, { size }) => sum + size, 0);
    this.listedAt = this.clock.now();
    this.tookMs = this.listedAt - began;
  }

  private *from(name: string): Generator<ServedVersion> {
    for (let at = this.firstFrom(name); at < this.known.length; at++) {
      const file = this.known[at];
      if (file) yield versionOf(file);
    }
  }

  /** The place of the first file whose name is this one or comes after it. */
  private firstFrom(name: string): number {
    let [low, high] = [0, this.known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.known[middle]?.name ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function versionOf({ name, id, size, modified, sha256 }: ListedFile): ServedVersion {
  return { name, id, size, modified, sha256 };
}
