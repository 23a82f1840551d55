import { version } from "../../../package.json" with { type: "json" };

export { version };

/** A flag as it is explained and scanned. */
export interface Flag {
  /** The main name, without dashes. */
  readonly name: string;
  /** Every way to write it, with dashes, the main one first. */
  readonly words: readonly string[];
  /** What help calls its value; null for a flag that takes none. */
  readonly value: string | null;
  readonly help: string;
  /** What help says of the value that holds when it is not given. */
  readonly preset: string | null;
}

export interface Definition {
  /** A line in the list of commands. */
  readonly summary: string;
  /** What it does, in whole sentences. */
  readonly text: string;
  /** The arguments beside the flags, as in `NAME...`, and what they are; null where there are none. */
  readonly operands: { readonly synopsis: string; readonly help: string } | null;
  /** Flags that must be given, as usage shows them. */
  readonly required: string;
  readonly flags: readonly Flag[];
  /** What there is to know beside flags: a heading and its lines. */
  readonly notes: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** A flag with a value: all its words, the main one first. */
function valued(words: string, value: string, help: string, preset: string | null = null): Flag {
  return { ...toggle(words, help), value, preset };
}

/** A flag without a value. */
function toggle(words: string, help: string): Flag {
  const [main = "", ...others] = words.split(" ");
  return { name: main.replace(/^-+/, ""), words: [main, ...others], value: null, help, preset: null };
}

const HELP = toggle("--help -h", "show this help");
const IP = valued("--ip -i", "IP", "address to listen on", "127.0.0.1");
const JSON_FLAG = toggle("--json", "print JSON");
const KEY_FILE = valued("--key-file", "FILE", "file with the cluster's key; not in this version yet");

const PORT = (preset: string) => valued("--port --puerto -p", "PORT", "port to listen on; 0 takes a free one", preset);

const SERVING: readonly Flag[] = [
  valued("--data", "DIR", "where the database and the statistics are kept", "."),
  KEY_FILE,
  toggle("--open", "let everyone who can connect do so; needed beyond loopback"),
  valued("--log", "text|json", "how log lines look", "text"),
  HELP,
];

const REACHING: readonly Flag[] = [
  valued("--central-ip --ip-central", "HOST", "where the central is", "127.0.0.1"),
  valued("--central-port --puerto-central", "PORT", "the central's port", "50000"),
];

const CLIENT: readonly Flag[] = [
  ...REACHING,
  valued("--name", "NAME", "what this client is called in the statistics", "USER@HOST"),
  valued("--dir", "DIR", "folder that downloads go to", "."),
  KEY_FILE,
  HELP,
];

const EXIT_CODES = {
  title: "Exit codes",
  lines: [
    "0  all done, and verified",
    "1  a download failed; what arrived is kept, and the next get resumes",
    "2  wrong usage",
    "3  no such file",
    "4  the central cannot be reached",
    "5  refused (key)",
  ],
};

const CONSOLE = {
  title: "Console",
  lines: ["Type help for its commands. Without a terminal each line of stdin is one."],
};

const nothing = { operands: null, required: "", notes: [] } as const;

/** The commands as they are explained and scanned; a path of words, such as "client get", leads to each. */
export const definitions = {
  "": {
    ...nothing,
    summary: "",
    text: "Keeps a folder of large files identical on several servers, and downloads a file in parts from all of them.",
    flags: [HELP, toggle("--version -v", "show the version")],
    notes: [
      {
        title: "To try it",
        lines: [
          "redes demo               everything at once, on this machine",
          "",
          "or, each in a terminal of its own:",
          "redes central",
          "redes secondary -n 1     shares ./videos1; then -n 2 and -n 3",
          "redes client             type help there",
        ],
      },
    ],
  },
  central: {
    ...nothing,
    summary: "the server that knows who has what",
    text: "Coordinates secondaries and clients, and keeps the statistics.",
    flags: [
      IP,
      PORT("50000"),
      valued("--secondaries", "N", "how many must be in step before it serves for the first time", "3"),
      valued("--max-downloads", "N", "downloads at once; later ones wait", "0, no limit"),
      ...SERVING,
    ],
    notes: [CONSOLE],
  },
  secondary: {
    ...nothing,
    summary: "a server that shares a folder and copies the others' files",
    text: "Shares a folder, copies what the other secondaries have, and serves pieces of files.",
    required: "--number N",
    flags: [
      valued("--number --numero -n", "N", "its number, 1 or more; each secondary has another"),
      IP,
      PORT("50000 + N"),
      ...REACHING,
      valued("--dir", "DIR", "the shared folder", "./videos<N>"),
      toggle("--adopt-folder", "share this folder although it is not the one shared before; give it once"),
      valued("--keep", "DAYS", "how long replaced and removed files are kept; 0: not at all", "7"),
      valued("--advertise", "HOST[:PORT]", "where others reach it, if not where it listens"),
      ...SERVING,
    ],
    notes: [CONSOLE],
  },
  client: {
    ...nothing,
    summary: "a console for downloads; with list, get or status that alone",
    text: "A console for downloads. With one of the commands below: that alone, for scripts.",
    flags: CLIENT,
    notes: [CONSOLE, EXIT_CODES],
  },
  "client list": {
    ...nothing,
    summary: "the files that can be downloaded",
    text: "Lists the files that can be downloaded.",
    flags: [JSON_FLAG, ...CLIENT],
    notes: [EXIT_CODES],
  },
  "client get": {
    ...nothing,
    summary: "download files",
    text: "Downloads files, each in parts from every secondary that has it.",
    operands: { synopsis: "NAME...", help: "files, named as list shows them" },
    flags: [
      valued("--output -o", "PATH", "where the file goes, - for stdout; takes one NAME only"),
      toggle("--force", "replace what is in the way"),
      valued("--wait", "SECONDS", "how long to go on with no secondary or no central", "30"),
      toggle("--quiet", "say nothing but what goes wrong"),
      toggle("--json", "print a line of JSON for each file that is done or has failed"),
      ...CLIENT,
    ],
    notes: [EXIT_CODES],
  },
  "client status": {
    ...nothing,
    summary: "secondaries, downloads and statistics",
    text: "Shows the secondaries, the downloads that are under way and the statistics.",
    flags: [JSON_FLAG, ...CLIENT],
    notes: [EXIT_CODES],
  },
  demo: {
    ...nothing,
    summary: "the whole system on this machine, and one download",
    text: "Runs a central and three secondaries here, downloads a file from them, and kills one of them meanwhile.",
    operands: { synopsis: "[DIR]", help: "your files, instead of 256 MiB that are made up" },
    flags: [HELP],
  },
  hash: {
    ...nothing,
    summary: "the ids that files have as versions",
    text: "Prints the id of each file, which list --json gives for the cluster's. Equal ids mean equal content.",
    operands: { synopsis: "FILE...", help: "files of this machine" },
    flags: [toggle("--json", "print JSON, with size and plain BLAKE3, as b3sum makes it"), HELP],
    notes: [
      {
        title: "Exit codes",
        lines: ["0  all done", "1  a file could not be read; the others are printed", "2  wrong usage"],
      },
    ],
  },
} satisfies Record<string, Definition>;

export type CommandPath = keyof typeof definitions;

export function definitionOf(path: CommandPath): Definition {
  return definitions[path];
}

/** The words of the commands right below one. */
export function below(path: CommandPath): string[] {
  const prefix = path === "" ? "" : `${path} `;
  return Object.keys(definitions)
    .filter((other) => other !== "" && other.startsWith(prefix))
    .map((other) => other.slice(prefix.length))
    .filter((word) => word !== "" && !word.includes(" "));
}

/** How a command is called. */
export function calledAs(path: CommandPath): string {
  return path === "" ? "redes" : `redes ${path}`;
}
