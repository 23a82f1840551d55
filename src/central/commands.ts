import { formatBytes, formatDuration, plural } from "../base/units.ts";
import type { Command } from "../console/command.ts";
import { renderTable } from "../console/table.ts";
import type { Central } from "./central.ts";
import type { TallyKind } from "./store.ts";

/** Most rows that a command prints: a catalogue may have hundreds of thousands. */
const MAX_ROWS = 1000;
/** Most names that Tab offers. */
const MAX_NAMES = 100;

interface Printer {
  print(text: string): void;
}

/** The commands of a central's console. */
export function centralCommands(central: Central, printer: Printer): Command[] {
  const show = (headers: string[], rows: (string | number)[][], nothing: string) =>
    printer.print(rows.length === 0 ? nothing : renderTable(headers, rows));
  const tally = async (kind: TallyKind, header: string) => {
    const rows = (await central.tally(kind, "", MAX_ROWS)).map(({ name, downloads }) => [name, downloads]);
    show([header, "downloads"], rows, "no downloads yet");
  };
  const command = (name: string, aliases: string[], help: string, run: Command["run"]): Command => {
    return { name, aliases, parameter: "", help, run };
  };
  return [
    command("downloads", ["NUMERO_DESCARGAS_VIDEO"], "downloads of each file", () => tally("files", "file")),
    command("clients", ["VIDEOS_CLIENTE"], "downloads of each client", () => tally("clients", "client")),
    command("secondaries", ["SECUNDARIOS"], "the secondaries, and how they are", () => {
      const secondaries = central.secondaries();
      const blamed = secondaries.some(({ accusations }) => accusations > 0);
      const rows = secondaries.map(({ number, address, state, files, accusations }) => {
        return [number, address, state, files, ...(blamed ? [accusations] : [])];
      });
      const headers = ["number", "address", "state", "files", ...(blamed ? ["accused"] : [])];
      show(headers, rows, "no secondary has registered yet");
      for (const { number, reason } of secondaries) if (reason !== "") printer.print(`secondary ${number}: ${reason}`);
      const missing = central.missing();
      if (missing) printer.print(`not serving: ${missing}`);
    }),
    command("queue", ["COLA"], "downloads now, and those that wait", () => {
      const queue = new Map(central.downloads.queue().map(({ entry, ...place }) => [entry.download, place]));
      const rows = central.admission.downloads().map(({ download, client, name, bytes, size }) => {
        const place = queue.get(download);
        const state = place ? `place ${place.position}, ${describeEstimate(place.estimate)}` : "active";
        const percent = size === 0 ? 100 : Math.floor((bytes / size) * 100);
        return [client, name, state, place ? "" : `${percent}%`];
      });
      show(["client", "file", "state", "done"], rows, "no downloads now");
    }),
    command("files", ["LISTA_VIDEOS"], "the files, and how many have them", () => {
      const rows: (string | number)[][] = [];
      for (const entry of central.registry.entriesAfter(null)) {
        if (rows.length === MAX_ROWS) break;
        rows.push([entry.name, formatBytes(entry.size), central.registry.holders(entry)]);
      }
      show(["file", "size", "secondaries"], rows, "no files yet");
      const more = central.registry.files - rows.length;
      if (more > 0) printer.print(`… and ${plural(more, "file")} more`);
    }),
    {
      name: "remove",
      aliases: ["ELIMINAR"],
      parameter: "NAME",
      required: true,
      help: "remove a file from every secondary",
      complete: (prefix) => namesWith(central, prefix),
      async run(name) {
        if (!(await central.remove(name))) throw new Error(`there is no file ${name}`);
      },
    },
  ];
}

function namesWith(central: Central, prefix: string): string[] {
  const names: string[] = [];
  const first = central.registry.entry(prefix) ? [prefix] : [];
  for (const { name } of central.registry.entriesAfter(prefix === "" ? null : prefix)) {
    if (!name.startsWith(prefix) || names.length === MAX_NAMES) break;
    names.push(name);
  }
  return [...first, ...names];
}

/** How long someone may have to wait, for people. */
function describeEstimate(seconds: number | null): string {
  return seconds === null ? "no estimate yet" : `about ${formatDuration(seconds)}`;
}
