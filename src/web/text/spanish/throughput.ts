import type { throughputText as english } from "../english/throughput.ts";

export const throughputText: typeof english = {
  title: "Rendimiento",
};
