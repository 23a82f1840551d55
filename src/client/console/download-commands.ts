import type { ConsoleCommand } from "../../console/commands/command.ts";
import { renderTable } from "../../console/table.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { shortDuration, shownBytes, shownRate } from "../../text/shown/numbers.ts";
import { texts } from "../../text/texts.ts";
import type { DownloadJob } from "../downloads/download-job.ts";
import type { DownloadProgress, DownloadQueue } from "../downloads/download-queue.ts";
import type { Verifications } from "../verify/verifications.ts";
import { findLeftDownloads, type LeftDownload, type LeftDownloads, MAX_FOLDERS } from "./left-downloads.ts";
import type { TypedPuts } from "./put-command.ts";

/** Most that are left from before whose names an error gives. */
const MAX_NAMED = 5;
/** Columns of the table of downloads that a narrow window goes without: size, time left, rate. The bars show these as well. */
const SPARE_COLUMNS: readonly number[] = [3, 5, 4];

export interface DownloadConsole {
  readonly disk: Disk;
  /** Where downloads go. */
  readonly folder: string;
  readonly downloads: DownloadQueue;
  readonly verifications: Pick<Verifications, "cancel">;
  readonly puts: Pick<TypedPuts, "names" | "cancel" | "progress">;
  /** The columns of the window that results go to; null where there is none. */
  columns(): number | null;
  /** Prints a result. */
  print(text: string): void;
  /** Prints a text that is not a result. */
  note(text: string): void;
  /** Begins a download of a name that none here has. */
  begin(name: string): Promise<void>;
  /** What has not begun does not begin any more. */
  stop(): void;
}

/** The commands about the downloads of a client: what they are, and what becomes of them. */
export class DownloadCommands {
  /** What was left from before when it was looked for last, for Tab. */
  private left: readonly LeftDownload[] = [];

  constructor(private readonly console: DownloadConsole) {
    void this.findLeft().catch(() => {});
  }

  /** `cancelled` gets the names of those that `cancel` has ended. */
  all(cancelled: Set<string>): ConsoleCommand[] {
    const { downloads } = this.console;
    const { help, parameters } = texts().client;
    const running = () => downloads.names();
    const common = { topic: "downloads", parameter: parameters.file, complete: running } as const;
    return [
      {
        name: "downloads",
        aliases: ["DESCARGAS"],
        topic: "downloads",
        parameter: "",
        help: help.downloads,
        run: () => this.list(),
      },
      { ...common, name: "pause", aliases: ["PAUSAR"], help: help.pause, run: (name) => this.pause(name) },
      {
        ...common,
        name: "resume",
        aliases: ["REANUDAR"],
        help: help.resume,
        details: [texts().client.resumeDetails],
        complete: (prefix) => [...new Set([...running(), ...this.leftNames(prefix)])],
        run: (name) => this.resume(name),
      },
      {
        ...common,
        name: "cancel",
        aliases: ["CANCELAR"],
        help: help.cancel,
        complete: () => [...new Set([...running(), ...this.console.puts.names()])],
        run: (name) => this.cancel(name, cancelled),
      },
    ];
  }

  /** Ends what is called so, whatever it is; all for the empty text. */
  private cancel(name: string, cancelled: Set<string>): void {
    const { downloads, puts, verifications, stop } = this.console;
    if (name === "") stop();
    const ended = downloads.cancel(name);
    const isPutEnded = puts.cancel(name);
    const isVerifyEnded = name === "" && verifications.cancel();
    if (ended.length === 0 && (isPutEnded || isVerifyEnded)) return;
    for (const one of this.found(name, ended, texts().client.nothingToCancel)) cancelled.add(one);
  }

  private async list(): Promise<void> {
    const { downloads, puts, print } = this.console;
    const { client, common } = texts();
    const { cut } = await this.findLeft();
    const rows = [...downloads.progress().map(rowOf), ...this.left.map(leftRow)];
    const sent = puts.progress().map(rowOf);
    const { file, upload, state, done, size, rate, left } = common.columns;
    const tableOf = (what: string, some: readonly string[][]) =>
      renderTable([what, state, done, size, rate, left], some, {
        ...{ width: this.console.columns(), spare: SPARE_COLUMNS },
      });
    if (rows.length > 0) print(tableOf(file, rows));
    else if (sent.length === 0) print(client.noDownloads);
    if (this.left.length > 0) print(client.leftHint);
    if (sent.length > 0) print(tableOf(upload, sent));
    if (cut) print(client.moreFolders(MAX_FOLDERS));
  }

  private pause(name: string): void {
    const { note, downloads } = this.console;
    const { client } = texts();
    for (const job of this.found(name, downloads.runningNamed(name), client.nothingToPause)) {
      if (job.isPaused) {
        if (name !== "") note(client.pausedAlready(name));
        continue;
      }
      job.pause();
      const { done, size } = reached(job);
      note(size === null ? client.paused(job.options.name) : client.pausedAt(job.options.name, done, size));
    }
  }

  private async resume(name: string): Promise<void> {
    const { note, downloads, begin } = this.console;
    const { client } = texts();
    const named = downloads.runningNamed(name);
    const paused = named.filter(({ isPaused }) => isPaused);
    for (const job of paused) {
      job.resume();
      note(client.goesOn(job.options.name));
    }
    if (paused.length > 0) return;
    if (name !== "" && named.length > 0) return note(client.runsAlready(name));
    if (name !== "" && downloads.names().includes(name)) return note(client.waitsAlready(name));
    const { found } = await this.findLeft();
    const left = found.find((one) => one.name === name);
    if (left) {
      await begin(name);
      return note(client.goesOnFrom(name, shownBytes(left.done), shownBytes(left.size)));
    }
    if (name !== "") throw new Error(client.notDownloadedNorLeft(name));
    const names = found.slice(0, MAX_NAMED).map((one) => one.name);
    throw new Error(names.length === 0 ? client.nothingToResume : client.leftToResume(names.join(", ")));
  }

  /** Throws where a command has found nothing to do. */
  private found<T>(name: string, some: readonly T[], nothing: string): readonly T[] {
    if (some.length === 0) throw new Error(name === "" ? nothing : texts().client.notDownloaded(name));
    return some;
  }

  private async findLeft(): Promise<LeftDownloads> {
    const { disk, folder, downloads } = this.console;
    const { found, cut } = await findLeftDownloads(disk, folder);
    const under = new Set(downloads.names());
    this.left = found.filter(({ name }) => !under.has(name));
    return { found: this.left, cut };
  }

  private leftNames(prefix: string): string[] {
    return this.left.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  }
}

/** How far a download is, for people; `size` is null while it is not known. */
function reached(job: DownloadJob): { readonly done: string; readonly size: string | null } {
  const done = job.stats()?.doneBytes ?? 0;
  return { done: shownBytes(done), size: job.size === null || job.stats() === null ? null : shownBytes(job.size) };
}

function rowOf({ label, done, total, rate, note }: DownloadProgress): string[] {
  const left = total !== null && rate > 0 ? shortDuration((total - done) / rate) : "";
  return [
    label,
    note,
    shownBytes(done),
    total === null ? "" : shownBytes(total),
    rate > 0 ? shownRate(rate) : "",
    left,
  ];
}

function leftRow({ name, size, done }: LeftDownload): string[] {
  return [name, texts().client.leftState, shownBytes(done), shownBytes(size), "", ""];
}
