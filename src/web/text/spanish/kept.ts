import type { keptText as english } from "../english/kept.ts";

export const keptText: typeof english = {
  title: "Versiones guardadas",
};
