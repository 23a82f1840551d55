import fs from "node:fs";
import path from "node:path";
import { renderTable } from "../../../src/console/table.ts";
import { everything } from "../../support/files.ts";

/** What a process has of the system. */
export interface ProcessFigures {
  /** Resident memory in MiB. */
  readonly memory: number;
  /** Without those of shared files, which a secondary keeps open for the next reader: up to some hundreds. */
  readonly descriptors: number;
  readonly openFiles: number;
  readonly threads: number;
}

/** What a shared folder has besides its files. */
export interface FolderFigures {
  readonly files: number;
  /** Kept files, which are to stay. */
  readonly kept: number;
  /** Files of copies that are under way, or were left. */
  readonly leftovers: readonly string[];
}

/** The servers and disks that are measured. */
export interface Measured {
  readonly servers: readonly {
    readonly name: string;
    readonly options: { readonly number: number };
    readonly running: { readonly pid: number } | null;
  }[];
  readonly disks: readonly { readonly number: number; readonly backing: string }[];
}

/** The figures of each server that runs, by its name. */
export type Figures = ReadonlyMap<string, ProcessFigures>;

export function serverFigures({ servers, disks }: Measured): Figures {
  const devices = new Set(disks.map(({ backing }) => fs.statSync(backing).dev));
  const running = servers.flatMap((server) => (server.running ? [[server.name, server.running.pid] as const] : []));
  return new Map(running.map(([name, pid]) => [name, processFigures(pid, devices)]));
}

/** A table of the figures of all servers and folders. */
export function figuresTable(measured: Measured): string {
  const figures = serverFigures(measured);
  const rows = measured.servers.map(({ name, options: { number } }) => {
    const { memory = "-", descriptors = "-", openFiles = "-", threads = "-" } = figures.get(name) ?? {};
    const disk = measured.disks.find((one) => one.number === number);
    const folder = disk && folderFigures(disk.backing);
    const ofFolder = folder ? [folder.files, folder.kept, folder.leftovers.length] : ["", "", ""];
    return [name, memory, threads, descriptors, openFiles, ...ofFolder];
  });
  return renderTable(["server", "MiB", "threads", "descriptors", "open files", "files", "kept", "left over"], rows);
}

function processFigures(pid: number, sharedDevices: ReadonlySet<number>): ProcessFigures {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const number = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  const all = fs.readdirSync(`/proc/${pid}/fd`);
  const ofFiles = all.filter((fd) => {
    const found = fs.statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false });
    return found?.isFile() && sharedDevices.has(found.dev);
  });
  return {
    memory: Math.round(number("VmRSS") / 1024),
    descriptors: all.length - ofFiles.length,
    openFiles: ofFiles.length,
    threads: number("Threads"),
  };
}

export function folderFigures(folder: string): FolderFigures {
  const all = everything(folder);
  const own = all.filter((name) => name.split("/").includes(".redes"));
  const kept = own.filter((name) => name.startsWith(".redes/kept/"));
  const leftovers = own.filter((name) => !kept.includes(name) && path.basename(name) !== "marker");
  return { files: all.length - own.length, kept: kept.length, leftovers };
}
