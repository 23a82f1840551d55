import { get, list, verify } from "./client/get/file-commands.ts";
import { ORDERS } from "./client/orders/order-commands.ts";
import { doctor } from "./doctor/doctor-command.ts";
import { ASKING_CLIENT, CLIENT, CLIENT_NAME, GET_EXIT_CODES, QUESTION_EXIT_CODES } from "./flags/client-flags.ts";
import { type Command, type HelpNote, version } from "./flags/command.ts";
import {
  CENTRAL_ADDRESS,
  COMMON,
  HELP,
  help,
  KEY_FILE,
  LANGUAGE,
  PRINT_JSON,
  runs,
  toggle,
  valued,
} from "./flags/define.ts";
import { aboutCommands } from "./help/about-commands.ts";
import { key } from "./key/key-commands.ts";
import { CLIENT_LIMITS, SECONDARY_LIMITS } from "./limits/limit-flags.ts";

const IP = valued("IP", "address to listen on", { alias: ["i"], preset: "127.0.0.1" });
const PORT = (preset: string) =>
  valued("PORT", "port to listen on; 0 takes a free one", { alias: ["puerto", "p"], preset });

/** Flags of all that serve HTTP. */
const HTTP = {
  "http-host": valued("NAME", "another name by which programs call it over HTTP; may be repeated", {
    repeatable: true,
  }),
  "tls-cert": valued("FILE", "certificate for HTTPS, or a chain, in the place of one made from the key"),
  "tls-key": valued("FILE", "its key", { preset: "the same file" }),
  "metrics-open": toggle("with a key: metrics and the health paths without a token"),
};

const OPEN = { open: toggle("let everyone who can connect do so; needed beyond loopback") };
const LOG = {
  log: valued("text|json", "how log lines look", { preset: "text" }),
  "log-file": valued("FILE", "add log lines to that file, in the place of stderr; SIGHUP opens it anew"),
};

/** Flags of every server. */
const SERVER = {
  http: valued("[IP:]PORT", "also serve HTTP there, for programs that are not redes; 0 takes a free port"),
  ...HTTP,
  data: valued("DIR", "where the database and the statistics are kept", { preset: "." }),
  ...KEY_FILE,
  ...OPEN,
  ...LOG,
  ...COMMON,
};

const CONSOLE: HelpNote = {
  title: "Console",
  lines: ["Type help for its commands. Without a terminal each line of stdin is one."],
};

const status: Command = {
  meta: {
    name: "redes client status",
    description: "Shows the secondaries, the downloads that are under way and the statistics.",
  },
  help: help("secondaries, downloads and statistics", QUESTION_EXIT_CODES),
  args: { json: PRINT_JSON, ...ASKING_CLIENT },
  run: runs(async () => (await import("./client/status.ts")).clientStatus),
};

const serve: Command = {
  meta: {
    name: "redes client serve",
    description:
      "Serves the whole catalogue over HTTP on this machine: browsers, players, curl and file managers read files while they are downloaded and verified.",
  },
  help: help("the catalogue as HTTP and WebDAV on this machine", {
    title: "Exit codes",
    lines: ["0  it was stopped", "1  it could not be started", "2  wrong usage", "5  refused (key)"],
  }),
  args: {
    http: valued("[IP:]PORT", "where it is served; 0 takes a free port", { preset: "127.0.0.1:8080" }),
    cache: valued("SIZE", "how much of what was read is kept for the next time; 0: nothing", { preset: "2G" }),
    "cache-dir": valued("DIR", "where it is kept", { preset: "~/.cache/redes/pieces" }),
    wait: valued("SECONDS", "how long a reader waits with no secondary or no central", { preset: "30" }),
    ...CLIENT_LIMITS,
    ...CENTRAL_ADDRESS,
    ...CLIENT_NAME,
    ...KEY_FILE,
    ...HTTP,
    ...OPEN,
    ...LOG,
    ...COMMON,
  },
  run: runs(async () => (await import("./client/serve.ts")).clientServe),
};

const client: Command = {
  meta: {
    name: "redes client",
    description: "A console for downloads. With one of the commands below: that alone, for scripts.",
  },
  help: help("a console for downloads; with a command that alone", CONSOLE, GET_EXIT_CODES),
  args: { ...CLIENT_LIMITS, ...CLIENT },
  subCommands: { list, get, verify, status, serve, ...ORDERS },
  run: runs(async () => (await import("./client/client.ts")).client),
};

const central: Command = {
  meta: {
    name: "redes central",
    description: "Coordinates secondaries and clients, and keeps the statistics.",
  },
  help: help("the server that knows who has what", CONSOLE),
  args: {
    ip: IP,
    port: PORT("50000"),
    secondaries: valued("N", "how many must be in step before it serves for the first time", { preset: "3" }),
    "max-downloads": valued("N", "downloads at once; later ones wait", { preset: "0, no limit" }),
    discover: toggle("announce it on the local network, where --discover of the others finds it"),
    ...SERVER,
  },
  run: runs(async () => (await import("./server/central.ts")).central),
};

const secondary: Command = {
  meta: {
    name: "redes secondary",
    description: "Shares a folder, copies what the other secondaries have, and serves pieces of files.",
  },
  help: {
    ...help("a server that shares a folder and copies the others' files", CONSOLE),
    required: "--number N",
  },
  args: {
    number: valued("N", "its number, 1 or more; each secondary has another", { alias: ["numero", "n"] }),
    ip: IP,
    port: PORT("50000 + N"),
    ...CENTRAL_ADDRESS,
    dir: valued("DIR", "the shared folder", { preset: "./videos<N>" }),
    "adopt-folder": toggle("share this folder although it is not the one shared before; give it once"),
    keep: valued("DAYS", "how long replaced and removed files are kept; 0: not at all", { preset: "7" }),
    advertise: valued("HOST[:PORT]", "where others reach it, if not where it listens"),
    ...SECONDARY_LIMITS,
    ...SERVER,
  },
  run: runs(async () => (await import("./server/secondary.ts")).secondary),
};

const demo: Command = {
  meta: {
    name: "redes demo",
    description:
      "Runs a central and three secondaries here, downloads a file from them, and kills one of them meanwhile.",
  },
  help: {
    ...help("the whole system on this machine, and one download"),
    operands: { synopsis: "[DIR]", help: "your files, instead of 256 MiB that are made up" },
  },
  args: {
    key: toggle("with a key of its own: every connection is TLS, and nobody else gets in"),
    http: valued("[IP:]PORT", "with the page of the cluster, until Ctrl-C; without a port at a free one", {
      bare: "0",
    }),
    ...COMMON,
  },
  run: runs(async () => (await import("./demo/demo.ts")).demo),
};

const hash: Command = {
  meta: {
    name: "redes hash",
    description: "Prints the id of each file, which list --json gives for the cluster's. Equal ids mean equal content.",
  },
  help: {
    ...help("the ids that files have as versions", {
      title: "Exit codes",
      lines: ["0  all done", "1  a file could not be read; the others are printed", "2  wrong usage"],
    }),
    operands: { synopsis: "FILE...", help: "files of this machine" },
  },
  args: { json: toggle("print JSON, with size and plain BLAKE3, as b3sum makes it"), ...COMMON },
  run: runs(async () => (await import("./hash.ts")).hashFiles),
};

/** The program. Every command, its flags and its help are defined here, and those about keys in key/key-commands.ts. */
export const redes: Command = {
  meta: {
    name: "redes",
    version,
    description:
      "Keeps a folder of large files identical on several servers, and downloads a file in parts from all of them.",
  },
  help: help("large files, identical on several servers", {
    title: "To try it",
    lines: [
      "redes demo               everything at once, on this machine",
      "",
      "or, each in a terminal of its own:",
      "redes central",
      "redes secondary -n 1     shares ./videos1; then -n 2 and -n 3",
      "redes client             type help there",
    ],
  }),
  args: { ...LANGUAGE, ...HELP, version: toggle("show the version", "v") },
  subCommands: { central, secondary, client, demo, hash, key, doctor, ...aboutCommands(() => redes) },
};

/** All commands, the program itself first. */
export function* allCommands(command: Command = redes): Generator<Command> {
  yield command;
  for (const below of Object.values(command.subCommands ?? {})) yield* allCommands(below);
}
