import type { Command } from "../flags/command.ts";
import { CENTRAL_ADDRESS, COMMON, help, KEY_FILE, PRINT_JSON, runs, valued } from "../flags/define.ts";

export const doctor: Command = {
  meta: {
    name: "redes doctor",
    description:
      "Looks at a cluster from where it runs: whether the central and each secondary can be reached, and whether clocks, versions, keys, room and the limits of this machine are well. Says for each fault what to do.",
  },
  help: help("what is wrong with a cluster, and what to do", {
    title: "Exit codes",
    lines: [
      "0  all is well, or there are warnings alone",
      "1  a check has failed",
      "2  wrong usage",
      "4  the central cannot be reached",
      "5  refused (key)",
    ],
  }),
  args: {
    json: PRINT_JSON,
    ...CENTRAL_ADDRESS,
    dir: valued("DIR", "folder that downloads go to", { preset: ".", variable: "REDES_DIR" }),
    ...KEY_FILE,
    ...COMMON,
  },
  run: runs(async () => (await import("./doctor.ts")).diagnose),
};
