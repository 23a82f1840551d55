import type { filesText as english } from "../english/files.ts";

export const filesText: typeof english = {
  title: "Archivos",
};
