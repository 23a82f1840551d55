import { nameAndNumber } from "../console/commands/argument.ts";
import type { Command } from "../console/commands/command.ts";
import { renderTable } from "../console/table.ts";
import { formatBytes, formatTime, plural } from "../platform/units.ts";
import type { RemoteStore } from "./remote-store.ts";
import { describeProgress } from "./replication/copy-progress.ts";
import type { Secondary } from "./secondary.ts";

/** Most rows that a command prints: a folder may have hundreds of thousands of files. */
const MAX_ROWS = 1000;
/** Most files named that cannot be copied. */
const MAX_OBSTACLES = 20;
/** Most names that Tab offers. */
const MAX_COMPLETIONS = 100;

interface Printer {
  print(text: string): void;
}

/** The commands of a secondary's console. */
export function secondaryCommands(
  secondary: Secondary,
  store: Pick<RemoteStore, "servedCounts">,
  printer: Printer,
): Command[] {
  const show = (headers: string[], rows: (string | number)[][], nothing: string) => {
    printer.print(rows.length === 0 ? nothing : renderTable(headers, rows.slice(0, MAX_ROWS)));
    if (rows.length > MAX_ROWS) printer.print(`… and ${plural(rows.length - MAX_ROWS, "file")} more`);
  };
  const command = (name: string, aliases: string[], help: string, run: Command["run"]): Command => {
    return { name, aliases, parameter: "", help, run };
  };
  return [
    command("active", ["VIDEOS_DESCARGANDO"], "files that are being downloaded from here", () => {
      const rows = [...secondary.server.activeDownloads()].sort().map(([name, downloads]) => [name, downloads]);
      show(["file", "downloads"], rows, "nothing is being downloaded from here");
    }),
    command("served", ["VIDEOS_DESCARGADOS"], "downloads served from here, for each file", async () => {
      show(["file", "downloads"], [...(await store.servedCounts())], "nothing was downloaded from here yet");
    }),
    command("files", ["LISTA_VIDEOS"], "the files in the shared folder", () => {
      const files = [...secondary.index.files()].sort((left, right) => (left.name < right.name ? -1 : 1));
      const rows = files.map(({ name, size, changed, vector }) => [
        name,
        formatBytes(size),
        changed || vector === "" ? "to be agreed" : "in step",
      ]);
      show(["file", "size", "state"], rows, "no files yet");
    }),
    command("kept", ["GUARDADOS"], "replaced and removed files, kept", () => {
      const { kept } = secondary;
      const rows = kept.list(null, MAX_ROWS).map(({ name, number, size, at, why }) => {
        return [name, number === 0 ? "-" : number, formatBytes(size), formatTime(at), why];
      });
      const { missing } = secondary;
      const nothing = missing === null ? "nothing is kept" : `disk missing: ${missing}`;
      show(["file", "number", "size", "since", "why"], rows, nothing);
      if (kept.count > rows.length) printer.print(`… and ${plural(kept.count - rows.length, "file")} more`);
    }),
    {
      name: "restore",
      aliases: ["RESTAURAR"],
      parameter: "NAME [N]",
      required: true,
      help: "put back what is kept (N: its number)",
      complete: (prefix) => secondary.kept.names(prefix, MAX_COMPLETIONS),
      async run(argument) {
        const { name, number } = nameAndNumber(argument, (whole) => secondary.kept.newest(whole) !== null);
        await secondary.restore(name, number === null ? {} : { number });
      },
    },
    command("status", ["ESTADO"], "the central, and what is being copied", () => {
      printer.print(secondary.connected ? "registered with the central" : "the central cannot be reached");
      const { missing } = secondary;
      printer.print(missing === null ? `${plural(secondary.index.count, "file")} shared` : `disk missing: ${missing}`);
      const { kept } = secondary;
      if (kept.count > 0)
        printer.print(`${plural(kept.count, "replaced or removed file")} kept (${formatBytes(kept.bytes)})`);
      for (const copy of secondary.replicator.progress()) printer.print(describeProgress(copy));
      const { queued } = secondary.replicator;
      if (queued > 0) printer.print(`${plural(queued, "file")} waiting to be copied`);
      const { count, files } = secondary.replicator.obstacles(MAX_OBSTACLES);
      for (const { name, reason } of files) printer.print(`cannot copy ${name}: ${reason}`);
      if (count > files.length) printer.print(`… and ${plural(count - files.length, "file")} more`);
    }),
  ];
}
