import { styleText } from "node:util";
import { type ConsolaInstance, createConsola, type LogObject } from "consola/core";

export type LogFormat = "text" | "json";

/** What a log line says beside its message; it becomes part of the JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** `event` is a stable word for programs, `message` a sentence for people. */
export interface Log {
  info(event: string, message: string, fields?: Fields): void;
  warn(event: string, message: string, fields?: Fields): void;
  error(event: string, message: string, fields?: Fields): void;
}

interface LogEntry {
  event: string;
  message: string;
  fields: Fields;
}

interface Style {
  format: LogFormat;
  colors: boolean;
}

const LEVEL_MARKS: Record<string, { text: string; color: "cyan" | "yellow" | "red" }> = {
  info: { text: "·", color: "cyan" },
  warn: { text: "!", color: "yellow" },
  error: { text: "✗", color: "red" },
};

/** A log whose lines, without the final line feed, go to `write`. */
export function createLog(style: Style, write: (line: string) => void): Log {
  const consola = createConsola({
    // Repeated lines are news (two secondaries lost): never collapse them.
    throttleMin: Number.POSITIVE_INFINITY,
    reporters: [{ log: (record) => write(render(record, style)) }],
  });
  return {
    info: (event, message, fields) => emit(consola, "info", event, message, fields),
    warn: (event, message, fields) => emit(consola, "warn", event, message, fields),
    error: (event, message, fields) => emit(consola, "error", event, message, fields),
  };
}

function emit(consola: ConsolaInstance, level: keyof Log, event: string, message: string, fields: Fields = {}): void {
  const entry: LogEntry = { event, message, fields };
  consola[level](message, entry);
}

function render(record: LogObject, style: Style): string {
  const { event, message, fields } = record.args[1] as LogEntry;
  if (style.format === "json") {
    return JSON.stringify({ ...fields, time: record.date.toISOString(), level: record.type, event, message });
  }
  const time = record.date.toTimeString().slice(0, 8);
  const mark = LEVEL_MARKS[record.type];
  if (!mark) return `${time} ${message}`;
  if (!style.colors) return record.type === "info" ? `${time} ${message}` : `${time} ${record.type}: ${message}`;
  return `${styleText("dim", time)} ${styleText(mark.color, mark.text)} ${message}`;
}

/** A log that says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
