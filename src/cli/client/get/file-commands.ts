import { ASKING_CLIENT, CLIENT, GET_EXIT_CODES, ORDER_EXIT_CODES, WHOLE_LIST_WAIT } from "../../flags/client-flags.ts";
import type { Command } from "../../flags/command.ts";
import { help, PRINT_JSON, runs, toggle, valued } from "../../flags/define.ts";
import { CLIENT_LIMITS } from "../../limits/limit-flags.ts";

export const list: Command = {
  meta: { name: "redes client list", description: "Lists the files that can be downloaded." },
  help: {
    ...help("the files that can be downloaded", ORDER_EXIT_CODES),
    operands: {
      synopsis: "[PATTERN...]",
      help: "names, folders, or patterns, such as 'series/**'; without one: all",
      named: "files of the cluster",
    },
  },
  args: {
    sort: valued("name|size|date", "the order: the largest, or what was changed last, comes first", { preset: "name" }),
    reverse: toggle("the other way round"),
    limit: valued("N", "only the first so many"),
    tree: toggle("below their folders"),
    ...WHOLE_LIST_WAIT,
    json: PRINT_JSON,
    ...ASKING_CLIENT,
  },
  run: runs(async () => (await import("../list.ts")).clientList),
};

export const get: Command = {
  meta: {
    name: "redes client get",
    description:
      "Downloads files, each in parts from every secondary that has it. Folders stay as they are, under --dir. What is there and right is left alone.",
  },
  help: {
    ...help("download files", GET_EXIT_CODES),
    operands: {
      synopsis: "[NAME...]",
      help: "files, named as list shows them; folders, with all that is in them; or patterns, such as 'series/**/*.mkv'",
      named: "files of the cluster",
    },
  },
  args: {
    all: toggle("every file that there is"),
    jobs: valued("N", "downloads at once, up to 16", { preset: "3" }),
    "dry-run": toggle("say what would be downloaded, and download nothing"),
    output: valued("PATH", "where the file goes, - for stdout; for one file only", { alias: ["o"] }),
    force: toggle("replace what is in the way"),
    wait: valued("SECONDS", "how long to go on with no secondary or no central", { preset: "30" }),
    json: toggle("print a line of JSON for each file that is done or has failed"),
    ...CLIENT_LIMITS,
    ...CLIENT,
  },
  run: runs(async () => (await import("./get.ts")).clientGet),
};

export const verify: Command = {
  meta: {
    name: "redes client verify",
    description:
      "Compares files of this machine with the cluster, piece by piece, and names what differs. A file has the name in the cluster that it has under --dir. Without FILE everything there is compared.",
  },
  help: {
    ...help("compare what is here with the cluster, and mend it", {
      title: "Exit codes",
      lines: [
        "0  all the same, or mended",
        "1  something differs, is missing here, or could not be read or mended",
        "2  wrong usage",
        "3  the cluster has no such file",
        "4  the central cannot be reached",
        "5  refused (key)",
      ],
    }),
    operands: { synopsis: "[FILE...]", help: "files and folders of this machine" },
  },
  args: {
    repair: toggle("fetch what differs or is missing, and nothing else, and put whole files into place"),
    "dry-run": toggle("with --repair: only say what would be fetched"),
    as: valued("NAME", "what the one FILE is called in the cluster", { named: "files of the cluster" }),
    wait: valued("SECONDS", "how long to go on with no secondary", { preset: "30" }),
    json: toggle("print a line of JSON for each file, one for all, and one for each repair"),
    ...CLIENT_LIMITS,
    ...CLIENT,
    dir: valued("DIR", "folder that has the cluster's files", { preset: "." }),
  },
  run: runs(async () => (await import("../verify.ts")).clientVerify),
};
