import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { version } from "../../package.json" with { type: "json" };

export { version };

const listening = {
  ip: { type: "string", alias: ["i"], valueHint: "IP", description: "address to listen on", default: "127.0.0.1" },
} satisfies ArgsDef;

const access = {
  "key-file": { type: "string", valueHint: "FILE", description: "file with the cluster's key (not in this version)" },
} satisfies ArgsDef;

const serving = {
  data: { type: "string", valueHint: "DIR", description: "where database and statistics are kept", default: "." },
  ...access,
  open: { type: "boolean", description: "let everyone who can connect do so (needed beyond loopback)" },
  log: { type: "string", valueHint: "text|json", description: "how log lines look", default: "text" },
} satisfies ArgsDef;

const reaching = {
  "central-ip": {
    type: "string",
    alias: ["ip-central"],
    valueHint: "HOST",
    description: "where the central is",
    default: "127.0.0.1",
  },
  "central-port": {
    type: "string",
    alias: ["puerto-central"],
    valueHint: "PORT",
    description: "the central's port",
    default: "50000",
  },
} satisfies ArgsDef;

const client = {
  ...reaching,
  name: { type: "string", valueHint: "NAME", description: "what this client is called in the statistics" },
  dir: { type: "string", valueHint: "DIR", description: "where downloads go", default: "." },
  ...access,
} satisfies ArgsDef;

const json = { json: { type: "boolean", description: "print JSON" } } satisfies ArgsDef;

const help = { help: { type: "boolean", alias: ["h"], description: "this text" } } satisfies ArgsDef;

/** Arguments are read by their definitions (flags.ts), so no command needs types of its own. */
const define = (command: CommandDef<ArgsDef>) => defineCommand<ArgsDef>(command);

/** The commands as they are explained and scanned; a path of words, such as "client get", leads to each. */
export const definitions = {
  "": define({
    meta: {
      name: "redes",
      version,
      description: "keeps files identical on several servers, downloads from all at once",
    },
    args: { ...help, version: { type: "boolean", alias: ["v"], description: "the version" } },
    subCommands: {
      central: { meta: { description: "the server that knows who has what" } },
      secondary: { meta: { description: "a server that shares a folder and copies the others' files" } },
      client: { meta: { description: "a console for downloads; list, get and status run one command" } },
      demo: { meta: { description: "the whole system on this machine, and one download" } },
    },
  }),
  central: define({
    meta: { name: "central", description: "Coordinates secondaries and clients, and keeps the statistics." },
    args: {
      ...listening,
      port: {
        type: "string",
        alias: ["puerto", "p"],
        valueHint: "PORT",
        description: "port, 0 for a free one",
        default: "50000",
      },
      secondaries: {
        type: "string",
        valueHint: "N",
        description: "how many must be in step before it serves for the first time",
        default: "3",
      },
      "max-downloads": {
        type: "string",
        valueHint: "N",
        description: "downloads at once, 0 for no limit",
        default: "0",
      },
      ...serving,
      ...help,
    },
  }),
  secondary: define({
    meta: { name: "secondary", description: "Shares a folder, copies the other secondaries' files, serves pieces." },
    args: {
      number: {
        type: "string",
        alias: ["numero", "n"],
        valueHint: "N",
        description: "its number, 1 or more",
        required: true,
      },
      ...listening,
      port: {
        type: "string",
        alias: ["puerto", "p"],
        valueHint: "PORT",
        description: "port, 0 for a free one (default: 50000 + N)",
      },
      ...reaching,
      dir: { type: "string", valueHint: "DIR", description: "the shared folder (default: ./videos<N>)" },
      advertise: {
        type: "string",
        valueHint: "HOST[:PORT]",
        description: "where others reach it, if not where it listens",
      },
      ...serving,
      ...help,
    },
  }),
  client: define({
    meta: { name: "client", description: "A console for downloads. With list, get or status: that one command." },
    args: { ...client, ...help },
    subCommands: {
      list: { meta: { description: "the files that can be downloaded" } },
      get: { meta: { description: "download files" } },
      status: { meta: { description: "how the cluster is, and the statistics" } },
    },
  }),
  "client list": define({
    meta: { name: "list", description: "Lists the files that can be downloaded." },
    args: { ...json, ...client, ...help },
  }),
  "client get": define({
    meta: { name: "get", description: "Downloads files, in parts from every secondary that has them." },
    args: {
      names: { type: "positional", valueHint: "NAME...", description: "names as list shows them", required: true },
      output: {
        type: "string",
        alias: ["o"],
        valueHint: "PATH",
        description: "where to, - for stdout (one NAME only)",
      },
      force: { type: "boolean", description: "replace what is in the way" },
      wait: {
        type: "string",
        valueHint: "SECONDS",
        description: "how long to go on without a source or the central",
        default: "30",
      },
      quiet: { type: "boolean", description: "no progress" },
      ...json,
      ...client,
      ...help,
    },
  }),
  "client status": define({
    meta: { name: "status", description: "Shows secondaries, downloads and statistics." },
    args: { ...json, ...client, ...help },
  }),
  demo: define({
    meta: { name: "demo", description: "Runs a central and three secondaries here, and downloads a file from them." },
    args: {
      folder: {
        type: "positional",
        valueHint: "DIR",
        description: "your files instead of made-up ones",
        required: false,
      },
      ...help,
    },
  }),
};

export type CommandPath = keyof typeof definitions;

/** The definition of the arguments of a command. */
export function argsOf(path: CommandPath): ArgsDef {
  return definitions[path].args as ArgsDef;
}
