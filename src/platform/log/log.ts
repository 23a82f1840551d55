import type { styleText } from "node:util";
import { type ConsolaInstance, type ConsolaReporter, createConsola, LogLevels, type LogObject } from "consola/core";
import { english, say, type Told } from "../../sentences/sentence.ts";
import { formatTime } from "../units.ts";

export type LogFormat = "text" | "json";

/** `quiet`: warnings and errors; `normal`: what happens, too; `verbose`: also how, with the fields of each line. */
export type Verbosity = "quiet" | "normal" | "verbose";

/** What a log line says in addition to its message; it becomes part of the JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** `event` is a stable word for programs, `message` a sentence for people: in English, unless the lines are for one person. */
export interface Log {
  info(event: string, message: Told, fields?: Fields): void;
  warn(event: string, message: Told, fields?: Fields): void;
  error(event: string, message: Told, fields?: Fields): void;
}

/** A log that has lines for somebody who looks for a fault. */
export interface VerboseLog extends Log {
  debug(event: string, message: Told, fields?: Fields): void;
}

export interface LogOptions {
  readonly format: LogFormat;
  readonly verbosity: Verbosity;
  /** Whether lines of text are colored; asked before the first of them. */
  readonly colors: boolean | (() => boolean);
  /** Whether lines of text have the date too: of a program that runs for days. */
  readonly dates?: boolean;
  /** How lines of text say what they tell; absent: in English. */
  readonly spoken?: (told: Told) => string;
}

interface EmittedLine {
  readonly event: string;
  readonly message: Told;
  readonly fields: Fields;
}

const LEVELS: Readonly<Record<Verbosity, number>> = {
  quiet: LogLevels.warn,
  normal: LogLevels.info,
  verbose: LogLevels.debug,
};

/** Characters of `19:38:08`. */
const TIME_LENGTH = 8;

const LEVEL_MARKS: Readonly<Record<string, { text: string; color: "cyan" | "yellow" | "red" | "gray" }>> = {
  debug: { text: "·", color: "gray" },
  info: { text: "·", color: "cyan" },
  warn: { text: "!", color: "yellow" },
  error: { text: "✗", color: "red" },
};

const LEVEL_WORDS: Readonly<Record<string, Told>> = { debug: say("debug"), warn: say("warn"), error: say("error") };

/**
 * What would command a terminal, end the line or turn the direction of writing. Names of files and texts of the system come
 * into log lines as they are.
 */
const DISTURBING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** `text` with such characters written as JSON may write them, so that JSON means the same as before. */
function escaped(text: string): string {
  return text.replace(DISTURBING, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A log whose lines, without the final line feed, go to `write`. */
export function createLog(options: LogOptions, write: (line: string) => void): VerboseLog {
  const consola = createConsola({
    level: LEVELS[options.verbosity],
    // Repeated lines are news (two secondaries lost): never collapse them.
    throttleMin: Number.POSITIVE_INFINITY,
    reporters: [options.format === "json" ? jsonReporter(write) : textReporter(options, write)],
  });
  return {
    debug: (event, message, fields) => emit(consola, "debug", event, message, fields),
    info: (event, message, fields) => emit(consola, "info", event, message, fields),
    warn: (event, message, fields) => emit(consola, "warn", event, message, fields),
    error: (event, message, fields) => emit(consola, "error", event, message, fields),
  };
}

function emit(
  consola: ConsolaInstance,
  level: keyof VerboseLog,
  event: string,
  message: Told,
  fields: Fields = {},
): void {
  const entry: EmittedLine = { event, message, fields };
  consola[level](english(message), entry);
}

/** Each line is a JSON object, for programs. */
function jsonReporter(write: (line: string) => void): ConsolaReporter {
  return {
    log(record) {
      const { event, message, fields } = entryOf(record);
      write(
        escaped(
          JSON.stringify({
            ...{ ...fields, time: record.date.toISOString(), level: record.type, event },
            message: english(message),
          }),
        ),
      );
    },
  };
}

/** Each line has the local time and the message, for people. */
function textReporter(
  { colors, verbosity, dates = false, spoken = english }: LogOptions,
  write: (line: string) => void,
): ConsolaReporter {
  let colored: boolean | null = null;
  return {
    log(record) {
      colored ??= typeof colors === "boolean" ? colors : colors();
      const { event, message: told, fields } = entryOf(record);
      const message = spoken(told);
      const dated = formatTime(record.date.getTime());
      const time = dates ? dated : dated.slice(-TIME_LENGTH);
      const text = escaped(verbosity === "verbose" ? `${message} ${JSON.stringify({ event, ...fields })}` : message);
      const mark = LEVEL_MARKS[record.type];
      if (colored && mark) write(`${styled("dim", time)} ${styled(mark.color, mark.text)} ${text}`);
      else
        write(
          record.type === "info"
            ? `${time} ${text}`
            : `${time} ${spoken(LEVEL_WORDS[record.type] ?? record.type)}: ${text}`,
        );
    },
  };
}

/** Loaded when it is needed: it takes a client that logs nothing longer than the rest of the log. */
function styled(format: Parameters<typeof styleText>[0], text: string): string {
  return process.getBuiltinModule("node:util").styleText(format, text);
}

function entryOf(record: LogObject): EmittedLine {
  return record.args[1] as EmittedLine;
}

/** A log that says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
