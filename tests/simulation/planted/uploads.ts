import type { Defect } from "./defect.ts";

const PUTS = [
  "put a file from a client",
  "put two files of one name from clients",
  "break a put off and put again",
  "change a file while it is put",
  "remove a file and put one from a client",
  "lose who takes a file from a client",
];

/** Defects of how files come from clients. */
export const UPLOAD_DEFECTS: readonly Defect[] = [
  {
    name: "a file from a client is not synced",
    file: "src/secondary/uploads/uploads.ts",
    find: `await disk.sync(fd);
    const verified`,
    replace: "const verified",
    why: "a file that a client was told to be there is torn after a power loss",
    breaks: ["a copy is whole after a power loss", "what was put is there"],
    needs: ["lose who takes a file from a client"],
  },
  {
    name: "the name of a file from a client is not made durable",
    file: "src/secondary/changes/user-files.ts",
    find: "await steps.syncParents([name]);",
    replace: "",
    why: "a file that a client was told to be there is gone after a power loss",
    breaks: ["what was put is there"],
    needs: ["lose who takes a file from a client"],
  },
  {
    name: "the whole of a file from a client is not compared",
    file: "src/secondary/uploads/uploads.ts",
    find: "if (verified.id === version.id) return verified;",
    replace: "if (verified) return verified;",
    why: "what somebody writes over a piece after that was compared gets a name",
    breaks: ["every file is one that somebody made", "what was put is there"],
    needs: ["break a put off and put again", "hands on work files"],
  },
  {
    name: "a piece from a client is not compared",
    file: "src/secondary/uploads/upload.ts",
    find: "const isRight = bytesEqual(found, pieceHash(spec.hashes, piece));",
    replace: "const isRight = found.length > 0;",
    why: "whoever changes a file while it is sent is told that the disk of the secondary is damaged",
    breaks: ["every upload ends as it must"],
    needs: ["change a file while it is put"],
  },
  {
    name: "a put replaces what it does not know",
    file: "src/secondary/changes/folder-changes.ts",
    find: "const mayReplace = (known: FileRecord) => known.id === base && known.id !== verified.id;",
    replace: "const mayReplace = (known: FileRecord) => base !== verified.id && known.id !== verified.id;",
    why: "of two files that are put at the same time under one name the first is lost",
    breaks: ["what was put is there"],
    needs: PUTS,
  },
  {
    name: "whoever may read may put",
    file: "src/net/session/authenticated.ts",
    find: "hasRight(peer.rights, needed)",
    replace: `(needed === "write" || hasRight(peer.rights, needed))`,
    why: "a client with a credential for reading changes the cluster",
    breaks: ["every upload ends as it must"],
    needs: ["put a file from a client"],
  },
];
