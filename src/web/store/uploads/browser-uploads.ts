import type { ApiClient } from "../../api/api-client.ts";
import type { ApiFailure } from "../../api/api-result.ts";
import type { PageClock } from "../../api/page-clock.ts";
import type { Store } from "../store.ts";
import type { BrowserUpload } from "./browser-upload.ts";

/** Files that are sent at once: many small ones wait for their secondaries most of the time. */
const MAX_SENDING = 3;
/** Milliseconds between two times of showing how much of a file is sent. */
const SHOW_MS = 250;
/** Milliseconds before a rate means anything. */
const RATE_AFTER_MS = 500;

/** A file that somebody has chosen, and the name that it is to have. */
export interface ChosenFile {
  readonly file: File;
  readonly name: string;
}

export interface UploadQueueDeps {
  readonly store: Pick<Store, "state" | "update">;
  readonly api: Pick<ApiClient, "possibleUpload" | "put">;
  readonly clock: PageClock;
}

/** What is known of an upload besides what is shown. */
interface Work {
  readonly file: File;
  /** Whether a file of its name is replaced. */
  replaces: boolean;
  abort(): void;
}

/** Sends files, a few at a time. Each is asked about first: a browser hears of a refusal only when it has sent all. */
export class BrowserUploads {
  private readonly works = new Map<number, Work>();
  private last = 0;

  constructor(private readonly deps: UploadQueueDeps) {}

  add(chosen: readonly ChosenFile[]): void {
    const added = chosen.map(({ file, name }): BrowserUpload => {
      this.last += 1;
      this.works.set(this.last, { file, replaces: false, abort() {} });
      const nothing = { sent: 0, startedAt: 0, rate: null, failure: null };
      return { id: this.last, name, size: file.size, phase: "waiting", ...nothing };
    });
    this.update((uploads) => [...uploads, ...added]);
    this.startNext();
  }

  /** It is not wanted any more, or need not be shown any more. */
  cancel(id: number): void {
    this.cancelThose((upload) => upload.id === id);
  }

  /** All that are not done. */
  cancelAll(): void {
    this.cancelThose(({ phase }) => phase !== "done");
  }

  /** Shows those no more that are over. */
  clear(): void {
    this.cancelThose(({ phase }) => phase === "done" || phase === "failed");
  }

  tryAgain(id: number): void {
    this.queueAgain((upload) => upload.id === id && upload.phase === "failed");
  }

  /** What there is of that name is replaced; null: of all that were asked about. */
  replace(id: number | null): void {
    const asked = (upload: BrowserUpload) => upload.phase === "exists" && (id === null || upload.id === id);
    for (const upload of this.uploads.filter(asked)) {
      const work = this.works.get(upload.id);
      if (work) work.replaces = true;
    }
    this.queueAgain(asked);
  }

  /** Of all that were asked about, nothing is replaced. */
  skipAll(): void {
    this.cancelThose(({ phase }) => phase === "exists");
  }

  private get uploads(): readonly BrowserUpload[] {
    return this.deps.store.state.uploads;
  }

  private cancelThose(is: (upload: BrowserUpload) => boolean): void {
    const gone = this.uploads.filter(is);
    this.update((uploads) => uploads.filter((upload) => !is(upload)));
    for (const { id } of gone) {
      this.works.get(id)?.abort();
      this.works.delete(id);
    }
    this.startNext();
  }

  private queueAgain(is: (upload: BrowserUpload) => boolean): void {
    const again = { phase: "waiting", sent: 0, rate: null, failure: null } as const;
    this.update((uploads) => uploads.map((upload) => (is(upload) ? { ...upload, ...again } : upload)));
    this.startNext();
  }

  private startNext(): void {
    const busy = this.uploads.filter(({ phase }) => ["asking", "sending", "storing"].includes(phase)).length;
    const next = this.uploads.filter(({ phase }) => phase === "waiting").slice(0, Math.max(0, MAX_SENDING - busy));
    for (const upload of next) void this.run(upload);
  }

  private async run(upload: BrowserUpload): Promise<void> {
    const { id, name } = upload;
    const work = this.works.get(id);
    if (!work) return;
    this.change(id, { phase: "asking" });
    const possible = await this.deps.api.possibleUpload(name, upload.size);
    // Nobody wants it any more, or it was begun anew.
    if (this.works.get(id) !== work) return;
    if (!possible.ok) this.fail(id, possible.failure);
    else if (possible.value.replaces !== null && !work.replaces) this.change(id, { phase: "exists" });
    else await this.send(upload, work, possible.value.replaces);
    this.startNext();
  }

  private async send({ id, name, size }: BrowserUpload, work: Work, replaces: string | null): Promise<void> {
    const { api, clock } = this.deps;
    const startedAt = clock.wall();
    this.change(id, { phase: "sending", startedAt });
    let shownAt = startedAt;
    const onSent = (sent: number) => {
      const now = clock.wall();
      const isWhole = sent >= size;
      if (!isWhole && now - shownAt < SHOW_MS) return;
      shownAt = now;
      const passed = now - startedAt;
      const rate = passed < RATE_AFTER_MS ? null : (1000 * sent) / passed;
      this.change(id, { sent: Math.min(sent, size), rate, phase: isWhole ? "storing" : "sending" });
    };
    const sending = api.put(name, work.file, replaces, onSent);
    work.abort = () => sending.abort();
    const result = await sending.ended;
    if (this.works.get(id) !== work) return;
    if (result.ok) {
      this.works.delete(id);
      return this.change(id, { phase: "done", sent: size });
    }
    // Somebody else has put one meanwhile.
    if (result.failure.status === 412) work.replaces = false;
    if (result.failure.status === 412) return this.change(id, { phase: "exists", sent: 0 });
    this.fail(id, result.failure);
  }

  private fail(id: number, failure: ApiFailure): void {
    this.change(id, { phase: "failed", failure, sent: 0 });
  }

  private change(id: number, changes: Partial<BrowserUpload>): void {
    this.update((uploads) => uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));
  }

  private update(change: (uploads: readonly BrowserUpload[]) => readonly BrowserUpload[]): void {
    this.deps.store.update((state) => ({ ...state, uploads: change(state.uploads) }));
  }
}
