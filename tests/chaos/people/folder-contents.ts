import fs from "node:fs";
import path from "node:path";
import { everything, shared } from "../../support/files.ts";
import { type Digest, digestOf, programsId } from "./content.ts";

export interface FileContent {
  readonly digest: Digest;
  /** The program's id of this version. */
  readonly id: string;
}

/** Reads folders, each file again only when it has changed. */
export class FolderContents {
  private readonly known = new Map<string, FileContent>();

  /** The shared files of a folder by their names. */
  read(folder: string): Map<string, FileContent> {
    return this.readAll(folder, shared(folder));
  }

  /** The content of one file; undefined where there is none. */
  file(folder: string, name: string): FileContent | undefined {
    return this.readAll(folder, [name]).get(name);
  }

  /** The versions that are kept in a folder, by the names that they had. */
  kept(folder: string): Map<string, Set<Digest>> {
    const found = new Map<string, Set<Digest>>();
    const top = path.join(folder, ".redes/kept");
    for (const [file, { digest }] of this.readAll(top, everything(top))) {
      const name = file.slice(file.indexOf("/") + 1);
      const versions = found.get(name) ?? new Set();
      found.set(name, versions.add(digest));
    }
    return found;
  }

  private readAll(folder: string, names: readonly string[]): Map<string, FileContent> {
    const found = new Map<string, FileContent>();
    for (const name of names) {
      const content = this.readOne(path.join(folder, name));
      if (content) found.set(name, content);
    }
    return found;
  }

  private readOne(file: string): FileContent | null {
    let fd: number;
    try {
      fd = fs.openSync(file, "r");
    } catch {
      // It went between the listing and now.
      return null;
    }
    try {
      const { dev, ino, size, ctimeNs } = fs.fstatSync(fd, { bigint: true });
      const key = `${dev} ${ino} ${size} ${ctimeNs}`;
      const known = this.known.get(key);
      if (known) return known;
      const bytes = fs.readFileSync(fd);
      const content = { digest: digestOf(bytes), id: programsId(bytes) };
      this.known.set(key, content);
      return content;
    } finally {
      fs.closeSync(fd);
    }
  }
}
