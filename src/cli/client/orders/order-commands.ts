import { ASKING_CLIENT, CLIENT, ORDER_EXIT_CODES, PUT_EXIT_CODES, WHOLE_LIST_WAIT } from "../../flags/client-flags.ts";
import type { Command } from "../../flags/command.ts";
import { help, PRINT_JSON, runs, toggle, valued } from "../../flags/define.ts";
import { CLIENT_LIMITS } from "../../limits/limit-flags.ts";

const NAMED = "files of the cluster";

const YES = toggle("do not ask at a terminal", "y");

const put: Command = {
  meta: {
    name: "redes client put",
    description:
      "Puts files, and folders with all in them, into the cluster: each file goes to one secondary, verified piece by piece, and the others copy it. Run again it goes on where it has ended, and what is there already is not read again.",
  },
  help: {
    ...help("put files into the cluster", PUT_EXIT_CODES),
    operands: { synopsis: "FILE...", help: "files or folders of this machine, - for stdin" },
  },
  args: {
    as: valued("NAME", "its name in the cluster; with / at the end the folder for all of them", {
      preset: "the file's own",
      named: "files of the cluster",
    }),
    to: valued("N", "the secondary that it goes to", { preset: "the one with the most room" }),
    jobs: valued("N", "files at once, up to 16", { preset: "3" }),
    wait: valued("SECONDS", "how long to go on with no progress", { preset: "30" }),
    json: toggle("print a line of JSON for each file that is done or has failed"),
    ...CLIENT_LIMITS,
    ...CLIENT,
    dir: valued("DIR", "folder where what comes from stdin is kept until it is in the cluster", {
      preset: ".",
      variable: "REDES_DIR",
    }),
  },
  run: runs(async () => (await import("./put.ts")).clientPut),
};

const remove: Command = {
  meta: {
    name: "redes client remove",
    description: "Removes files from every secondary, which keep them for a while.",
  },
  help: {
    ...help("remove files everywhere", ORDER_EXIT_CODES),
    operands: { synopsis: "NAME...", help: "files, folders, or patterns in quotes, such as 'old/**'", named: NAMED },
  },
  args: { yes: YES, ...WHOLE_LIST_WAIT, ...ASKING_CLIENT },
  run: runs(async () => (await import("./remove.ts")).clientRemove),
};

const mv: Command = {
  meta: {
    name: "redes client mv",
    description: "Gives a file, or a folder with all its files, another name at every secondary. Nothing is copied.",
  },
  help: {
    ...help("give files other names everywhere", ORDER_EXIT_CODES),
    operands: { synopsis: "OLD NEW", help: "names; with a slash at its end NEW is a folder", named: NAMED },
  },
  args: { ...WHOLE_LIST_WAIT, ...ASKING_CLIENT },
  run: runs(async () => (await import("./move.ts")).clientMove),
};

const kept: Command = {
  meta: { name: "redes client kept", description: "Lists replaced and removed files that the secondaries keep." },
  help: {
    ...help("replaced and removed files, kept", ORDER_EXIT_CODES),
    operands: { synopsis: "[NAME]", help: "a file, to see its versions alone" },
  },
  args: { json: PRINT_JSON, ...ASKING_CLIENT },
  run: runs(async () => (await import("./kept.ts")).clientKept),
};

const restore: Command = {
  meta: {
    name: "redes client restore",
    description: "Puts back a kept version of a file, verified, as the newest one.",
  },
  help: {
    ...help("put back a kept version", ORDER_EXIT_CODES),
    operands: { synopsis: "NAME [NUMBER]", help: "a file, and which version of it, as kept lists them" },
  },
  args: ASKING_CLIENT,
  run: runs(async () => (await import("./restore.ts")).clientRestore),
};

/** The commands of a client that change what the cluster has. */
export const ORDERS: Readonly<Record<string, Command>> = { put, remove, mv, kept, restore };
