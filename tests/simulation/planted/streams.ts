import type { Defect } from "./defect.ts";

/** Defects of how files come by stdin, and over HTTP. */
export const STREAM_DEFECTS: readonly Defect[] = [
  {
    name: "what comes as a stream keeps its name",
    file: "src/platform/disk/nameless-file.ts",
    find: "await disk.remove(path);",
    replace: "",
    why: "what somebody puts from stdin, or over HTTP, stays on the disk when its process is killed",
    breaks: ["nothing is left of what came as a stream"],
    needs: ["put what comes by stdin", "put a file over HTTP"],
  },
  {
    name: "blocks of stdin are not waited for",
    file: "src/client/uploads/spooled-input.ts",
    find: "await disk.write(fd, bytes, size);",
    replace: "disk.write(fd, bytes, size).catch(() => {});",
    why: "what is still to be written is missing from the file that gets its name, or put fails",
    breaks: ["every upload ends as it must", "what was put is there"],
    needs: ["put what comes by stdin"],
  },
  {
    name: "over HTTP conditions are not looked at",
    file: "src/http/uploads/upload-desk.ts",
    find: "const base = replaceable(conditions, found.version);",
    replace: "const base = replaceable({}, found.version);",
    why: "who puts a new file replaces one that he does not know of",
    breaks: ["what was put is there"],
    needs: ["put a file over HTTP"],
  },
  {
    name: "what came over HTTP stays open",
    file: "src/http/uploads/upload-desk.ts",
    find: "    await this.deps.disk.close(own.fd).catch(() => {});\n",
    replace: "",
    why: "a central runs out of descriptors and room after some uploads",
    breaks: ["nothing is left after a stop"],
    needs: ["put a file over HTTP"],
  },
];
