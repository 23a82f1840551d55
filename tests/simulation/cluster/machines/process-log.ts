import type { Fields, VerboseLog } from "../../../../src/platform/log/log.ts";
import type { SimProcess } from "../../world/sim-process.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Gets each line of a process's log. */
export type LogListener = (level: LogLevel, event: string, message: string, fields: Fields) => void;

/** The log of a process: its lines go to the trace, and to those who listen. */
export class ProcessLog implements VerboseLog {
  private readonly listeners: LogListener[] = [];

  constructor(private readonly process: SimProcess) {}

  listen(listener: LogListener): void {
    this.listeners.push(listener);
  }

  debug(event: string, message: string, fields?: Fields): void {
    this.write("debug", event, message, fields);
  }

  info(event: string, message: string, fields?: Fields): void {
    this.write("info", event, message, fields);
  }

  warn(event: string, message: string, fields?: Fields): void {
    this.write("warn", event, message, fields);
  }

  error(event: string, message: string, fields?: Fields): void {
    this.write("error", event, message, fields);
  }

  private write(level: LogLevel, event: string, message: string, fields: Fields = {}): void {
    const { sim, name } = this.process;
    if (sim.traced) sim.trace(name, level === "info" ? message : `${level}: ${message}`);
    for (const listener of this.listeners) listener(level, event, message, fields);
  }
}
