import { transfersTotal } from "../../client/batch/transfers-total.ts";
import { clientCommands } from "../../client/commands.ts";
import { SessionLines } from "../../client/console/session-lines.ts";
import type { FinishedDownload } from "../../client/downloads/result.ts";
import type { SessionObserver } from "../../client/session-observer.ts";
import { UploadQueue } from "../../client/uploads/upload-queue.ts";
import { type FinishedUpload, uploadText } from "../../client/uploads/upload-result.ts";
import { Verifications } from "../../client/verify/verifications.ts";
import { CommandTable } from "../../console/commands/command.ts";
import { type Console, openConsole, somebodyTypes } from "../../console/open-console.ts";
import type { ProgressItem } from "../../console/progress.ts";
import { keepProgressShown } from "../../console/shown-progress.ts";
import { oneRow } from "../../console/text.ts";
import { delay, every, systemClock } from "../../platform/clock.ts";
import { texts } from "../../text/texts.ts";
import { EXIT, type ExitCode, exitCodeOf, worstExitCode } from "../exit-codes.ts";
import { historyPath } from "../history.ts";
import { clientLimitConsole } from "../limits/limit-console.ts";
import { stdoutFault } from "../output.ts";
import type { TerminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { describeEnding } from "./ending.ts";
import { hintFor } from "./hints/did-you-mean.ts";
import { type ClientOptions, type ClientParts, clientParts, STOP_TIMEOUT_MS } from "./parts.ts";
import { type CentralRefusal, describeRefusal, exitCodeOfError, exitCodeOfRefusal } from "./refusal.ts";

/** Milliseconds between two updates of the bars, ten a second look like a movement; and between two looks whether there are any. */
const [PROGRESS_INTERVAL_MS, PROGRESS_REST_MS] = [100, 500];
/** Milliseconds for the last lines to leave the process. */
const OUTPUT_TIMEOUT_MS = 500;

/** `user`: a person has ended it; `end`: a script's commands and downloads are over; else no central, or a signal. */
type ConsoleStopReason = "user" | "end" | CentralRefusal | EndSignal;

/** A client with a console: a prompt for a person, or the lines of stdin as commands of a script. */
export class ClientConsole {
  private readonly parts: ClientParts;
  private readonly verifications: Verifications;
  private readonly uploads: UploadQueue;
  private readonly console: Console;
  /** Of the downloads that have ended, of commands that were wrong, and of what is not as it was asked for. */
  private readonly exitCodes: ExitCode[] = [];
  private state: "running" | "stopping" = "running";
  /** Resolves once every failure so far is in the log. */
  private told: Promise<unknown> = Promise.resolve();
  private stop: (reason: ConsoleStopReason) => void = () => {};
  private readonly stopped: Promise<ConsoleStopReason>;

  constructor(
    private readonly options: ClientOptions,
    private readonly terminal: TerminalLog,
  ) {
    const { log } = terminal;
    this.stopped = new Promise((resolve) => {
      this.stop = resolve;
    });
    const refused = (refusal: CentralRefusal) => {
      log.error("refused", describeRefusal(refusal));
      this.stop(refusal);
    };
    this.parts = clientParts(options, log, refused, somebodyTypes() ? this.sessionObserver() : null);
    this.verifications = new Verifications(this.parts.deps);
    this.uploads = new UploadQueue(this.parts.deps);
    onSignals((signal) => {
      if (signal !== "SIGINT" || !this.console.isPaging) this.stop(signal);
    });
    this.console = this.openConsole();
    terminal.redirect((line) => this.console.log(line));
  }

  /** Resolves with what the process ends with. */
  async run(): Promise<ExitStatus> {
    const { console, parts, terminal } = this;
    const isTerminal = console.kind === "terminal";
    if (isTerminal) terminal.log.info("hello", texts().client.hello(this.options.name));
    const cancelUpdates = keepProgressShown({
      clock: systemClock,
      busyMs: PROGRESS_INTERVAL_MS,
      restMs: PROGRESS_REST_MS,
      show: () => this.showProgress(),
    });
    const reason = await this.stopped;
    this.state = "stopping";
    cancelUpdates();
    console.progress([]);
    this.verifications.cancel();
    const ended = Promise.all([parts.downloads.cancelAll(), this.uploads.stopAll()]);
    await Promise.race([ended, delay(systemClock, STOP_TIMEOUT_MS)]);
    console.close();
    await Promise.race([console.drained(), delay(systemClock, OUTPUT_TIMEOUT_MS)]);
    await parts.stop();
    const { unwritten } = console;
    if (unwritten !== null) {
      process.stderr.write(`redes: ${oneRow(stdoutFault(unwritten).message)}\n`);
      this.exitCodes.push(EXIT.failed);
    }
    if (reason instanceof Error) return exitCodeOfRefusal(reason);
    if (reason !== "user" && reason !== "end") return reason;
    // A person has seen what failed; a script has the exit code.
    return reason === "user" && isTerminal ? EXIT.done : worstExitCode(this.exitCodes);
  }

  private showProgress(): boolean {
    const items = this.progress();
    this.console.progress(items, transfersTotal([this.parts.downloads.transfers, this.uploads.transfers]));
    return items.length > 0;
  }

  private progress(): ProgressItem[] {
    return [...this.verifications.progress(), ...this.parts.downloads.progress(), ...this.uploads.progress()];
  }

  private openConsole(): Console {
    return openConsole({
      clock: systemClock,
      input: process.stdin,
      output: process.stdout,
      errors: process.stderr,
      prompt: "redes> ",
      historyFile: historyPath("client"),
      table: new CommandTable(this.commands()),
      interrupted: () => this.stop("user"),
      mistaken: (kind, text, error) => {
        this.exitCodes.push(kind === "usage" ? EXIT.usage : exitCodeOfError(error));
        this.console.log(text);
      },
      ended: (kind) => {
        if (kind === "terminal") this.stop("user");
        else this.stopWhenIdle();
      },
    });
  }

  private commands(): ReturnType<typeof clientCommands> {
    const { session, downloads, deps, limits } = this.parts;
    const { uploads } = this;
    return clientCommands({
      clock: systemClock,
      session,
      downloads,
      verifications: this.verifications,
      deps,
      columns: () => this.console.columns(),
      uploads,
      folder: this.options.folder,
      limits: clientLimitConsole(limits),
      interactive: () => this.console.kind === "terminal",
      print: (text) => this.console.print(text),
      page: (text) => this.console.page(text),
      confirm: (question) => this.console.confirm(question),
      note: (text) => this.console.log(text),
      uploaded: (ending, cancelled) => this.uploadEnded(ending, cancelled),
      ended: (ending, cancelled) => this.downloadEnded(ending, cancelled),
      wrong: (failure) => void this.exitCodes.push(exitCodeOf(failure)),
      quit: () => {
        if (this.console.kind === "terminal") return this.stop("user");
        // A script cannot see when its downloads are done: its quit is the end of its commands.
        this.console.close();
        this.stopWhenIdle();
      },
    });
  }

  private downloadEnded(ending: FinishedDownload, cancelled: boolean): void {
    const { log } = this.terminal;
    this.exitCodes.push(exitCodeOf(ending.failure));
    const isStopped = cancelled || this.state === "stopping";
    const text = describeEnding(ending, isStopped);
    if (ending.failure === null) log.info("done", text);
    else if (isStopped) log.info("stopped", text);
    else {
      const tell = async () => log.error("failed", text + (await hintFor(this.parts.session, ending)));
      this.told = Promise.all([this.told, tell()]);
    }
  }

  private uploadEnded(ending: FinishedUpload, cancelled: boolean): void {
    const { log } = this.terminal;
    this.exitCodes.push(exitCodeOf(ending.failure));
    if (ending.failure === null) log.info("done", uploadText(ending));
    else if (cancelled || this.state === "stopping") log.info("stopped", uploadText(ending));
    else log.error("failed", uploadText(ending));
  }

  /** Tells of the session with the central; what it tells of is made after it. */
  private sessionObserver(): SessionObserver {
    let made: SessionLines | null = null;
    const lines = () => {
      made ??= new SessionLines({ clock: systemClock, log: this.terminal.log, ...this.parts });
      return made;
    };
    return {
      connected: (awayMs) => lines().connected(awayMs),
      lost: (reason) => lines().lost(reason),
      unreachable: (reason) => lines().unreachable(reason),
    };
  }

  /** Ends when all downloads have; those that are paused are nobody's to resume any more. */
  private stopWhenIdle(): void {
    const { downloads } = this.parts;
    const end = async () => {
      await this.uploads.idle();
      // Those that have just ended are told of in the next turn.
      await delay(systemClock, 0);
      await this.told;
      this.stop("end");
    };
    const idle = downloads.idle().then(end);
    const cancel = every(systemClock, PROGRESS_INTERVAL_MS, () => {
      if (downloads.stands && this.uploads.isIdle) this.stop("end");
    });
    void Promise.race([idle, this.stopped]).then(cancel);
  }
}
