import {
  CLIENT_METHODS,
  type ClientBackend,
  type FindReply,
  type FolderReply,
  type OpenReply,
  type PlaylistReply,
  type ReadReply,
  type Refusal,
} from "../../http/client/backend.ts";
import type { Metrics } from "../../http/metrics/metrics.ts";
import type { Readiness } from "../../http/server/health.ts";
import type { HttpOwner } from "../../http/thread/http-thread.ts";
import type { CentralSession } from "../central-session.ts";
import { StreamError } from "../streaming/stream.ts";
import type { Streams } from "../streaming/streams.ts";
import type { ServedCatalogue } from "./served-catalogue.ts";

export interface ClientAnswersDeps {
  readonly session: Pick<CentralSession, "connected" | "address">;
  readonly catalogue: Pick<ServedCatalogue, "find" | "folder" | "playlist">;
  readonly streams: Pick<Streams, "open" | "begin" | "read" | "end" | "endAll">;
  readonly metrics: Pick<Metrics, "text">;
}

/** What `client serve` answers to its HTTP thread. */
export class ClientAnswers implements ClientBackend, HttpOwner<ClientBackend> {
  readonly backend: ClientBackend = this;
  readonly methods = CLIENT_METHODS;

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

  folder(folder: string, start: string): Promise<FolderReply | Refusal> {
    return this.deps.catalogue.folder(folder, start);
  }

  playlist(folder: string): Promise<PlaylistReply | Refusal> {
    return this.deps.catalogue.playlist(folder);
  }

  async open(name: string): Promise<OpenReply> {
    const { deaths } = this;
    try {
      const { reader, id, size, modified, sha256 } = await this.deps.streams.open(name);
      // Who has asked has died meanwhile, and will not release it.
      if (deaths !== this.deaths) this.deps.streams.end(reader, 0);
      return { kind: "opened", reader, version: { name, id, size, modified, sha256 } };
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      if (error.failure !== "no-such-file") return { kind: "unavailable", reason: error.message };
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
      if (error instanceof StreamError) return { kind: "ended", reason: error.message };
      throw error;
    }
  }

  async release(reader: number, at: number): Promise<void> {
    this.deps.streams.end(reader, at);
  }

  abandoned(): void {
    this.deaths += 1;
    this.deps.streams.endAll();
  }
}
