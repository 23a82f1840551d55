import type { ClientApiBackend } from "../../http/client/api.ts";
import {
  CLIENT_METHODS,
  type ClientBackend,
  type FindReply,
  type PlayedFile,
  type PlaylistReply,
  type ReadReply,
  type StreamReply,
  type VersionsPage,
} from "../../http/client/backend.ts";
import type { CatalogueRefusal } from "../../http/client/refusal.ts";
import type { EventsNotice } from "../../http/events/cluster-event.ts";
import type { Metrics } from "../../http/metrics/metrics.ts";
import type { Readiness } from "../../http/server/health.ts";
import type { HttpOwner } from "../../http/thread/http-thread.ts";
import type { UploadBackend } from "../../http/uploads/backend.ts";
import type { UploadDesk } from "../../http/uploads/upload-desk.ts";
import { chunksOf } from "../../platform/chunks.ts";
import type { Clock } from "../../platform/clock.ts";
import type { CentralSession } from "../central-session.ts";
import { StreamError } from "../streaming/stream.ts";
import type { Streams } from "../streaming/streams.ts";
import type { ServedCatalogue } from "./served-catalogue.ts";

/** Addresses that are signed without a pause: about two milliseconds' work. */
const SIGNED_PER_TURN = 32;

export interface ClientAnswersDeps {
  readonly session: Pick<CentralSession, "connected" | "address">;
  readonly catalogue: Pick<ServedCatalogue, "find" | "folder" | "playlist">;
  readonly streams: Pick<Streams, "open" | "begin" | "read" | "end" | "endAll">;
  readonly metrics: Pick<Metrics, "text">;
  readonly clock: Pick<Clock, "nextTurn">;
  /** What an address of a version needs so that whoever has it is let in; "" for nothing. */
  urlQuery(name: string, id: string): string;
  readonly api: ClientApiBackend;
  readonly uploads: UploadBackend & Pick<UploadDesk, "abandoned">;
  /** There is somebody to whom events can be passed on. */
  attached(publish: (notice: EventsNotice) => void): void;
}

/** What `client serve` answers to its HTTP thread. */
export class ClientAnswers implements ClientBackend, HttpOwner<ClientBackend> {
  readonly backend: ClientBackend = this;
  readonly methods = CLIENT_METHODS;

  readonly status: ClientApiBackend["status"] = () => this.deps.api.status();
  readonly secondaries: ClientApiBackend["secondaries"] = () => this.deps.api.secondaries();
  readonly files: ClientApiBackend["files"] = (query) => this.deps.api.files(query);
  readonly folderEntries: ClientApiBackend["folderEntries"] = (...args) => this.deps.api.folderEntries(...args);
  readonly file: ClientApiBackend["file"] = (name) => this.deps.api.file(name);
  readonly downloads: ClientApiBackend["downloads"] = (query) => this.deps.api.downloads(query);
  readonly statistics: ClientApiBackend["statistics"] = (query) => this.deps.api.statistics(query);
  readonly listened: ClientApiBackend["listened"] = () => this.deps.api.listened();

  readonly possibleUpload: UploadBackend["possibleUpload"] = (wanted) => this.deps.uploads.possibleUpload(wanted);
  readonly beginUpload: UploadBackend["beginUpload"] = (wanted) => this.deps.uploads.beginUpload(wanted);
  readonly sendUpload: UploadBackend["sendUpload"] = (...args) => this.deps.uploads.sendUpload(...args);
  readonly endUpload: UploadBackend["endUpload"] = (upload) => this.deps.uploads.endUpload(upload);

  /** Counts the threads that have died. */
  private deaths = 0;

  constructor(private readonly deps: ClientAnswersDeps) {}

  async readiness(): Promise<Readiness> {
    const { connected, address } = this.deps.session;
    return { obstacle: connected ? null : `the central ${address} cannot be reached` };
  }

  metrics(): Promise<string> {
    return this.deps.metrics.text();
  }

  find(name: string): Promise<FindReply> {
    return this.deps.catalogue.find(name);
  }

  folder(folder: string, start: string): Promise<VersionsPage | CatalogueRefusal> {
    return this.deps.catalogue.folder(folder, start);
  }

  /** Players do not show a token with the addresses in a list: each address lets in by itself. */
  async playlist(folder: string): Promise<PlaylistReply | CatalogueRefusal> {
    const { catalogue, clock, urlQuery } = this.deps;
    const found = await catalogue.playlist(folder);
    if (found.kind !== "playable") return found;
    const files: PlayedFile[] = [];
    for (const some of chunksOf(found.files, SIGNED_PER_TURN)) {
      if (files.length > 0) await new Promise<void>((resolve) => clock.nextTurn(resolve));
      files.push(...some.map(({ name, id }) => ({ name, query: urlQuery(name, id) })));
    }
    return { kind: "playlist", files };
  }

  async open(name: string): Promise<StreamReply> {
    const { deaths } = this;
    try {
      const { reader, id, size, modified, sha256 } = await this.deps.streams.open(name);
      // Who has asked has died meanwhile, and will not release it.
      if (deaths !== this.deaths) this.deps.streams.end(reader, 0);
      return { kind: "opened", reader, version: { name, id, size, modified, sha256 } };
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      if (error.failure !== "no-such-file") return { kind: "unavailable", reason: error.told };
      const found = await this.deps.catalogue.find(name);
      return found.kind === "folder" ? found : { kind: "missing" };
    }
  }

  async begin(reader: number, start: number, end: number): Promise<void> {
    this.deps.streams.begin(reader, start, end);
  }

  async read(reader: number, at: number, from: number): Promise<ReadReply> {
    try {
      return { kind: "readable", extents: await this.deps.streams.read(reader, at, from) };
    } catch (error) {
      if (error instanceof StreamError) return { kind: "ended", reason: error.told };
      throw error;
    }
  }

  async release(reader: number, at: number): Promise<void> {
    this.deps.streams.end(reader, at);
  }

  attached(notify: (notice: EventsNotice) => void): void {
    this.deps.attached(notify);
  }

  abandoned(): void {
    this.deaths += 1;
    this.deps.streams.endAll();
    this.deps.uploads.abandoned();
  }
}
