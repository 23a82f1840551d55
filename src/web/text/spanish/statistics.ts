import type { statisticsText as english } from "../english/statistics.ts";

export const statisticsText: typeof english = {
  title: "Estadísticas",
};
