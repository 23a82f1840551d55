import type { CopiesAnswer, SecondaryStatusAnswer } from "../../http/api/secondary-answers.ts";
import type { SecondaryApiBackend } from "../../http/api/secondary-operations.ts";
import type { Metrics } from "../../http/metrics/metrics.ts";
import {
  type FolderReply,
  type LeaseEnd,
  type OpenReply,
  SECONDARY_METHODS,
  type SecondaryBackend,
} from "../../http/secondary/backend.ts";
import type { Readiness } from "../../http/server/health.ts";
import type { HttpOwner } from "../../http/thread/http-thread.ts";
import type { FileLeases } from "./file-leases.ts";
import type { FolderPages } from "./folder-pages.ts";

export interface SecondaryAnswersDeps {
  readonly leases: Pick<FileLeases, "open" | "release" | "releaseAll" | "countSent">;
  readonly folders: Pick<FolderPages, "read">;
  /** Why the shared folder is not shared now; null when it is. */
  missing(): string | null;
  readonly metrics: Pick<Metrics, "text">;
  readonly api: SecondaryApiBackend;
}

/** What a secondary answers to its HTTP thread. */
export class SecondaryAnswers implements SecondaryBackend, HttpOwner<SecondaryBackend> {
  readonly backend: SecondaryBackend = this;
  readonly methods = SECONDARY_METHODS;

  constructor(private readonly deps: SecondaryAnswersDeps) {}

  async readiness(): Promise<Readiness> {
    return { obstacle: this.deps.missing() };
  }

  metrics(): Promise<string> {
    return this.deps.metrics.text();
  }

  open(name: string): Promise<OpenReply> {
    return this.deps.leases.open(name);
  }

  status(): Promise<SecondaryStatusAnswer> {
    return this.deps.api.status();
  }

  copies(limit: number): Promise<CopiesAnswer> {
    return this.deps.api.copies(limit);
  }

  async release(lease: number, end: LeaseEnd): Promise<void> {
    this.deps.leases.release(lease, end);
  }

  async sent(bytes: number): Promise<void> {
    this.deps.leases.countSent(bytes);
  }

  async folder(folder: string, start: string): Promise<FolderReply> {
    return this.deps.folders.read(folder, start);
  }

  abandoned(): void {
    this.deps.leases.releaseAll();
  }
}
