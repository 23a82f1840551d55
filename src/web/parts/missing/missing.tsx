import type { StatusAnswer } from "../../../http/api/central-answers.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { ServerWords } from "../notice.tsx";
import { missingWords } from "./missing-words.ts";

/** What keeps the cluster from serving: in the server's words where it says no more. */
export function Missing({ missing, lacks }: Pick<StatusAnswer, "missing" | "lacks">) {
  const words = useText().missing;
  const format = useFormat();
  if (lacks !== null) return <>{missingWords(lacks, words, format)}</>;
  return missing === null ? null : <ServerWords>{missing}</ServerWords>;
}
