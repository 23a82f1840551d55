/** A program with a console, for tests that run it on a real pseudo-terminal or behind pipes. Its argument is a history file. */

import { CommandTable } from "../../../../src/console/commands/command.ts";
import { type Console, openConsole } from "../../../../src/console/open-console.ts";
import { systemClock } from "../../../../src/platform/clock.ts";

const LABELS = [
  "film.mkv",
  "una película con un nombre muy, muy largo 漢字漢字 🎬🎬 (director's cut, remastered).mkv",
  "数据集-2024.tar",
];

let shown: Console | null = null;
let bars = 0;
let done = 0;
const report = () => {
  shown?.progress(
    LABELS.slice(0, bars).map((label, index) => ({
      id: label,
      label,
      done: done * (index + 1),
      total: 1 << 30,
      rate: 123_456_789 / (index + 1),
      note: index === 2 ? "waiting: no secondary" : "3 sources",
    })),
  );
};

// Nobody is told when a window is closed, and the program goes on: what then happens to the console is tested.
process.on("SIGHUP", () => {});

async function stop(reason: string): Promise<void> {
  shown?.close();
  shown?.print(`stopped: ${reason}`);
  await shown?.drained();
  process.exit(0);
}

const table = new CommandTable([
  {
    name: "list",
    aliases: ["LISTA_VIDEOS"],
    parameter: "",
    help: "the files",
    run: () => shown?.print(LABELS.join("\n")),
  },
  {
    name: "get",
    aliases: ["VIDEO"],
    parameter: "NAME",
    required: true,
    help: "downloads a file",
    complete: (prefix) => LABELS.filter((label) => label.startsWith(prefix)),
    run: (name) => shown?.print(`got <${name}>`),
  },
  {
    name: "bars",
    aliases: [],
    parameter: "COUNT",
    help: "shows bars that do not move",
    run(count) {
      bars = Number(count);
      done = 100_000_000;
      report();
    },
  },
  {
    name: "run",
    aliases: [],
    parameter: "SECONDS",
    help: "shows bars that move, and logs",
    async run(seconds) {
      bars = LABELS.length;
      for (let tick = 0; tick < Number(seconds) * 20; tick++) {
        done += 1_000_000;
        report();
        if (tick % 20 === 0) shown?.log(`log line ${tick / 20}`);
        await Bun.sleep(50);
      }
    },
  },
  { name: "log", aliases: [], parameter: "TEXT", help: "logs", run: (text) => shown?.log(text) },
  {
    name: "fail",
    aliases: [],
    parameter: "",
    help: "fails",
    run: () => Promise.reject(new Error("it went wrong")),
  },
  { name: "flood", aliases: [], parameter: "", help: "prints 5 MB", run: () => shown?.print("x".repeat(5_000_000)) },
  { name: "quit", aliases: [], parameter: "", help: "stops", run: () => stop("quit") },
]);

shown = openConsole({
  clock: systemClock,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  prompt: "redes> ",
  historyFile: Bun.argv[2] ?? null,
  table,
  interrupted: () => void stop("interrupted"),
  ended: (kind) => void stop(`ended ${kind}`),
});
