import type { Cancel, Clock } from "../../platform/clock.ts";
import { texts } from "../../text/texts.ts";
import { type Screen, sizeOf } from "../console.ts";
import type { ProgressItem } from "../progress.ts";
import { forTerminal } from "../text.ts";
import type { TotalProgress } from "../total.ts";
import { type Frame, foldedRows, type InputLine, layoutFrame, rowsAboveCursor } from "./frame.ts";

const CSI = "\x1b[";
/** With wrapping off a row that a terminal holds for wider than we do is cut, and cannot push the others down. */
const WRAP_OFF = `${CSI}?7l`;
const WRAP_ON = `${CSI}?7h`;
const CLEAR_ROW = `${CSI}2K`;
const CLEAR_BELOW = `${CSI}J`;
/** Milliseconds between two frames: bars look smooth, and a slow terminal keeps up. */
const MIN_PAINT_INTERVAL_MS = 100;
/** Texts that are kept while the screen belongs to a pager, which somebody may leave open for days: the latest. */
const MAX_HELD_TEXTS = 1000;

/**
 * Owns the end of the screen: bars and the line being typed, redrawn in place below the text that stays. Nothing else
 * may write to that terminal. What it painted last and the window's width now say where the frame begins.
 */
export class Painter {
  private readonly clock: Clock;
  private readonly screen: Screen;
  private readonly inputLine: () => InputLine | null;
  private readonly resized = () => this.paint("whole");
  private texts: string[] = [];
  /** How many texts were left out. */
  private omitted = 0;
  private progress: readonly ProgressItem[] = [];
  private total: TotalProgress | null = null;
  private painted: Frame | null = null;
  private lastPaintAt = Number.NEGATIVE_INFINITY;
  private cancelPaint: Cancel | null = null;
  private isRepaintQueued = false;
  private state: "open" | "suspended" | "closed" = "open";

  /** `inputLine` returns the line being typed, or null where there is no prompt. */
  constructor(clock: Clock, screen: Screen, inputLine: () => InputLine | null) {
    this.clock = clock;
    this.screen = screen;
    this.inputLine = inputLine;
    screen.on("resize", this.resized);
  }

  /** Puts `text` above the frame, where it stays. */
  text(text: string): void {
    if (this.state === "closed") {
      this.screen.write(permanent([text]));
      return;
    }
    this.texts.push(text);
    if (this.state === "suspended" && this.texts.length > MAX_HELD_TEXTS) {
      this.texts.shift();
      this.omitted += 1;
    }
    this.schedulePaint();
  }

  /** Replaces the bars, and the line of what they are together. */
  items(items: readonly ProgressItem[], total: TotalProgress | null = null): void {
    this.progress = items;
    this.total = total;
    this.schedulePaint();
  }

  /** The line being typed has changed: once for all keys of a paste, and never late. */
  inputChanged(): void {
    if (this.isRepaintQueued) return;
    this.isRepaintQueued = true;
    queueMicrotask(() => {
      this.isRepaintQueued = false;
      this.paint();
    });
  }

  /** Begins on an empty screen. */
  clear(): void {
    this.painted = null;
    this.screen.write(`${CSI}H${CLEAR_BELOW}`);
    this.inputChanged();
  }

  /** Takes the frame off the screen until {@link resume}. */
  suspend(): void {
    if (this.state !== "open") return;
    this.erase();
    this.state = "suspended";
  }

  resume(): void {
    if (this.state !== "suspended") return;
    this.state = "open";
    this.paint();
  }

  /** Leaves the texts, without the frame, and the cursor below them. */
  close(): void {
    if (this.state === "closed") return;
    this.erase();
    this.state = "closed";
    this.cancelPaint?.();
    this.screen.off("resize", this.resized);
  }

  /** Paints now, or as soon as the last time is long enough ago. */
  private schedulePaint(): void {
    if (this.cancelPaint || this.state !== "open") return;
    const wait = this.lastPaintAt + MIN_PAINT_INTERVAL_MS - this.clock.now();
    if (wait > 0) {
      this.cancelPaint = this.clock.after(wait, () => this.paintPeriodically());
    } else {
      this.paintPeriodically();
    }
  }

  private paintPeriodically(): void {
    this.cancelPaint = null;
    this.lastPaintAt = this.clock.now();
    this.paint();
  }

  /** What has not changed is painted again only where the terminal itself may have moved it. */
  private paint(what: "changes" | "whole" = "changes"): void {
    if (this.state !== "open") return;
    // The news of another size comes later than the change: rows would be taken to be where they are no more.
    this.screen._refreshSize?.();
    const size = sizeOf(this.screen);
    const frame = layoutFrame(this.progress, this.inputLine(), size, this.total);
    const added = this.drainTexts();
    if (what === "changes" && added === "" && Bun.deepEquals(frame, this.painted)) return;
    // Folded rows must go as such: written over one by one they could stay parts of one line, and unfold together.
    const over = added === "" && what === "changes" && frame.rows.length > 0;
    const start = over ? this.toTop(size.columns) : this.wipe(size.columns);
    this.painted = frame.rows.length > 0 ? frame : null;
    this.screen.write(start + added + draw(frame));
  }

  private erase(): void {
    const gone = this.wipe(sizeOf(this.screen).columns) + this.drainTexts();
    this.painted = null;
    if (gone !== "") this.screen.write(gone);
  }

  private toTop(columns: number): string {
    if (!this.painted) return "";
    const up = rowsAboveCursor(this.painted, columns);
    return up > 0 ? `${CSI}${up}A\r` : "\r";
  }

  /**
   * Empties the frame's rows and stays at the first. Row by row: tmux takes "clear all below" in the first row of the
   * screen for leaving a page, and would keep a copy of the frame in its history.
   */
  private wipe(columns: number): string {
    if (!this.painted) return "";
    const rows = foldedRows(this.painted.rows, columns);
    const back = rows > 1 ? `${CSI}${rows - 1}A` : "";
    return this.toTop(columns) + Array<string>(rows).fill(CLEAR_ROW).join(`${CSI}1B`) + back;
  }

  private drainTexts(): string {
    const omitted = this.omitted > 0 ? [texts().console.linesOmitted(this.omitted)] : [];
    const taken = permanent([...omitted, ...this.texts]);
    this.texts = [];
    this.omitted = 0;
    return taken;
  }
}

/** In raw mode a line feed alone does not go back to the first column. */
function permanent(texts: readonly string[]): string {
  return texts.map((text) => `${forTerminal(text).replaceAll("\n", "\r\n")}\r\n`).join("");
}

/** The codes that draw a frame whose first row is the cursor's, and put the cursor into its place. */
function draw(frame: Frame): string {
  if (frame.rows.length === 0) return "";
  const rows = frame.rows.map((row) => CLEAR_ROW + row).join("\r\n");
  const up = frame.rows.length - 1 - frame.row;
  const right = frame.column;
  return [
    WRAP_OFF,
    rows,
    CLEAR_BELOW,
    WRAP_ON,
    up > 0 ? `${CSI}${up}A` : "",
    "\r",
    right > 0 ? `${CSI}${right}C` : "",
  ].join("");
}
