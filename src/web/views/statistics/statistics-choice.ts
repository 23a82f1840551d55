import type { StatisticsQuery } from "../../../http/api/central-queries.ts";

/** What people choose to see of the statistics: it is in the address of the page. */
export type StatisticsChoice = Pick<StatisticsQuery, "of" | "sort" | "order">;

/** What is downloaded most comes first, unless somebody wants it otherwise. */
export function choiceOf({ of, sort, order }: Readonly<Record<string, string>>): StatisticsChoice {
  return {
    of: of === "clients" ? "clients" : "files",
    sort: sort === "name" ? "name" : "downloads",
    order: order === "asc" ? "asc" : "desc",
  };
}

/** Only what is not so anyway. */
export function queryOf({ of, sort, order }: StatisticsChoice): Readonly<Record<string, string>> {
  return {
    ...(of === "clients" && { of }),
    ...(sort === "name" && { sort }),
    ...(order === "asc" && { order }),
  };
}
