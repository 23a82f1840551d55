import {
  type Address,
  canListen,
  type Endpoint,
  isLoopback,
  isWildcard,
  parseEndpoint,
} from "../../net/address/address.ts";
import type { LogFormat, Verbosity } from "../../platform/log/log.ts";
import { isClientName } from "../../protocol/client-name.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { type Language, languageOf } from "../../text/language.ts";
import { blockingFile, kindOf } from "../paths.ts";
import { UsageError } from "./check-arguments.ts";
import { parseSize } from "./size.ts";

export { kindOf };

/** Where a server listens, and a central is looked for, when nothing is said. */
export const LOOPBACK = "127.0.0.1";
/** The port of a central without `--port`. */
export const CENTRAL_PORT = 50_000;

/** Arguments as citty parses them. `_`: those that are no flags. A flag that may be repeated has a list of its values. */
export interface ParsedArguments {
  readonly _: readonly string[];
  readonly [name: string]: unknown;
}

/** Reads the values of flags; what a flag does not take is a UsageError that says what it does. */
export class Values {
  constructor(
    /** The words that flags were written with, or the variables that stand in for them, by the main names of those that were given. */
    private readonly words: ReadonlyMap<string, string>,
    /** What citty has parsed: values by the main names of their flags, and the arguments that are no flags. */
    private readonly args: ParsedArguments,
    /** How the command is called. */
    private readonly command: string,
  ) {}

  /** Whether a flag was given, or a variable that stands in for it. */
  has(name: string): boolean {
    return this.words.has(name);
  }

  /** Whether a flag was given on the command line itself. */
  hasFlag(name: string): boolean {
    return this.words.get(name)?.startsWith("-") ?? false;
  }

  text(name: string, preset: string): string {
    const value = this.given(name);
    if (value === "") throw this.wrong(name, value, say("a text that is not empty"));
    return value ?? preset;
  }

  /** The values of a flag that may be repeated. */
  all(name: string): readonly string[] {
    const given = this.has(name) ? this.args[name] : null;
    if (!Array.isArray(given)) return [];
    for (const value of given) if (value === "") throw this.wrong(name, value, say("a text that is not empty"));
    return given;
  }

  /** A whole number from `least` to `most`. */
  whole(name: string, least: number, most: number, preset: number): number {
    const value = this.given(name);
    if (value === null) return preset;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw this.wrong(name, value, say("a whole number from {least} to {most}", { least, most }));
  }

  /** One of a few words. */
  oneOf<const Word extends string>(name: string, words: readonly Word[], preset: Word): Word {
    const value = this.text(name, preset);
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw this.wrong(name, value, say("{words} or {last}", { words: words.slice(0, -1), last: words.at(-1) ?? "" }));
  }

  /** Seconds, as milliseconds. */
  seconds(name: string, preset: number): number {
    const value = this.given(name);
    if (value === null) return preset * 1000;
    if (/^\d{1,9}(\.\d+)?$/.test(value)) return Number(value) * 1000;
    throw this.wrong(name, value, say("a number of seconds, 0 or more"));
  }

  /** Days, fractions included. */
  days(name: string, preset: number): number {
    const value = this.given(name);
    if (value === null) return preset;
    if (/^\d{1,5}(\.\d+)?$/.test(value)) return Number(value);
    throw this.wrong(name, value, say("a number of days from 0 to 99999"));
  }

  /** Bytes. */
  size(name: string, preset: number): number {
    const value = this.given(name);
    if (value === null) return preset;
    const bytes = parseSize(value);
    if (bytes !== null) return bytes;
    throw this.wrong(name, value, say("a size such as 500M, 2G or 1.5T, 0 for none"));
  }

  /** An address of this machine to listen on, loopback unless there is a key or everyone may connect, and the port where one is given. */
  listenAddress(): Endpoint {
    const value = this.text("ip", LOOPBACK);
    const found = parseEndpoint(value);
    if (!found || !canListen(found.host)) throw this.wrong("ip", value, say("an IP address of this machine"));
    this.checkReach("ip", value, found.host);
    return { host: found.host, port: this.portOf("ip", found.port, "port", 0) };
  }

  /** Where HTTP is served, under the same rule; null where it is not. */
  httpAddress(): Address | null {
    const found = this.httpEndpoint();
    if (found) this.checkReach("http", this.text("http", ""), found.host);
    return found;
  }

  /** Where HTTP is served that is for this machine alone; null where it is not. */
  httpHere(): Address | null {
    const found = this.httpEndpoint();
    if (found && !isLoopback(found.host))
      throw this.wrong(
        "http",
        this.text("http", ""),
        say("PORT or IP:PORT, a loopback address: it is for this machine alone"),
      );
    return found;
  }

  private httpEndpoint(): Address | null {
    const value = this.given("http");
    if (value === null) return null;
    const found = parseEndpoint(/^\d+$/.test(value) ? `${LOOPBACK}:${value}` : value);
    if (!found || found.port === null || !canListen(found.host))
      throw this.wrong("http", value, say("PORT or IP:PORT, an IP address of this machine, an IPv6 one in brackets"));
    return { host: found.host, port: found.port };
  }

  /** Throws where everyone could connect and nobody has said that they may. */
  private checkReach(flag: string, value: string, host: string): void {
    if (isLoopback(host) || this.has("open") || this.keyFiles().length > 0) return;
    const word = this.written(flag);
    throw new UsageError(
      say(
        "{word} {value}: anyone who reaches that address could connect; give a --key-file, add --open to allow that, or use a loopback address",
        { word, value },
      ),
    );
  }

  /** `HOST[:PORT]`, with brackets around an IPv6 host that has a port. */
  advertised(name: string): Endpoint | null {
    const value = this.given(name);
    if (value === null) return null;
    const found = parseEndpoint(value);
    if (!found || found.port === 0)
      throw this.wrong(name, value, say("HOST or HOST:PORT, with a port from 1 to 65535"));
    if (isWildcard(found.host)) throw this.wrong(name, value, say("a host that others can connect to"));
    return found;
  }

  /** The port that stands behind an address or in a flag of its own, from `least` on. Both may say the same. */
  portOf(host: string, inHost: number | null, flag: string, least: number): number | null {
    const own = this.has(flag) ? this.whole(flag, least, 65_535, least) : null;
    if (own === null || inHost === null || own === inHost) return own ?? inHost;
    const [one, other] = [this.written(host), this.written(flag)];
    throw new UsageError(
      say("{one} has the port {inHost} and {other} {own}: give the port once", { one, inHost, other, own }),
    );
  }

  /** A folder that exists, or that can be made. */
  folder(name: string, preset: string): string {
    const value = this.text(name, preset);
    const found = blockingFile(value);
    if (found === null) return value;
    const what = found === value ? say("that is a file") : say("{path} is a file", { path: found });
    throw new UsageError(say("{flag} {value}: {what}; it takes a folder", { flag: this.written(name), value, what }));
  }

  clientName(name: string, preset: string): string {
    const value = this.text(name, preset);
    if (isClientName(value)) return value;
    throw this.wrong(name, value, say("1 to 100 characters, none of them a control character"));
  }

  logFormat(): LogFormat {
    return this.oneOf("log", ["text", "json"], "text");
  }

  /** The language in which this process speaks: programs, which read the log as JSON, read English. */
  language(): Language {
    const value = this.given("lang");
    if (value !== null && value !== "en" && value !== "es") throw this.wrong("lang", value, say("en or es"));
    if (this.args.log === "json") return "en";
    return value ?? languageOf(process.env);
  }

  verbosity(): Verbosity {
    if (this.has("quiet") && this.has("verbose")) {
      throw new UsageError(
        say("{one} and {other}: give one of them", { one: this.written("quiet"), other: this.written("verbose") }),
      );
    }
    if (this.has("quiet")) return "quiet";
    return this.has("verbose") ? "verbose" : "normal";
  }

  /** Throws when there are arguments that are no flags. */
  noPositionals(): void {
    const [extra] = this.args._;
    if (extra !== undefined)
      throw new UsageError(say("unexpected argument {extra}: see {command} --help", { extra, command: this.command }));
  }

  /** The files with the key of this process, and after it those of others by which it lets in; empty where it has none. */
  keyFiles(): readonly string[] {
    return this.all("key-file");
  }

  get positionals(): readonly string[] {
    return this.args._;
  }

  /** A flag as it was written; the main way to write it where it was not given. */
  written(name: string): string {
    return this.words.get(name) ?? `--${name}`;
  }

  /** A value as it is; null where none was given. */
  given(name: string): string | null {
    const value = this.words.has(name) ? this.args[name] : undefined;
    return typeof value === "string" ? value : null;
  }

  /** What a flag does not take. `accepted`: what it does. */
  wrong(name: string, value: string, accepted: Sentence): UsageError {
    return new UsageError(
      say("{flag} {value}: it takes {accepted}", {
        flag: this.written(name),
        value: value === "" ? '""' : value,
        accepted,
      }),
    );
  }
}
